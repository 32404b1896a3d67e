using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Sheaf.Api.Cluster;

namespace Sheaf.Api.Security;

/// <summary>
/// Looks now and then at the server's certificates: measures how long they live, and says when one ends soon, or when a file cannot be used.
/// </summary>
internal sealed class CertificateWatch : BackgroundService
{
    private readonly ServerFiles _files;
    private readonly SecurityOptions _options;
    private readonly ITroubles _troubles;
    private readonly TimeProvider _time;
    private readonly Meter _meter;

    public CertificateWatch(
        ServerFiles files, SecurityOptions options, ITroubles troubles, IMeterFactory meters, TimeProvider time, ILogger<CertificateWatch> log)
    {
        (_files, _options, _troubles, _time, _meter) = (files, options, troubles, time, meters.Create(RefusedCalls.MeterName));
        files.TellTo(text => log.LogInformation("{Change}", text));
        _meter.CreateObservableGauge(
            "sheaf.certificate.remaining", () => Measure(certificate => CertificateExpiry.Left(certificate, time.GetUtcNow())), "s", "Time until a "
                + "certificate of this server ends.");
        _meter.CreateObservableGauge("sheaf.certificate.lifetime", () => Measure(CertificateExpiry.Life), "s", "How long a certificate of this server "
            + "lives in all.");
    }

    public void Look() => _troubles.SetSecurity(
        string.Join("; ", _files.Problems.Select(problem => problem.TrimEnd('.')).Concat(
            Certificates().Select(shown => CertificateExpiry.Trouble(shown.Option, shown.Certificate,
                _time.GetUtcNow(), _options.ExpiryNotice)).OfType<string>())) is { Length: > 0 } text ? text : null);

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.ExpiryEvery, _time);
        do
        {
            Look();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<(string Use, string Option, X509Certificate2 Certificate)> Certificates()
    {
        if (_files.Api is { } api)
        {
            yield return ("api", "--tls-certificate", api.Certificate);
        }

        if (_files.Cluster is { } cluster)
        {
            yield return ("cluster", "--cluster-certificate", cluster.Certificate);
        }
    }

    private IEnumerable<Measurement<double>> Measure(Func<X509Certificate2, TimeSpan> value) =>
        Certificates().Select(shown => new Measurement<double>(value(shown.Certificate).TotalSeconds, new KeyValuePair<string, object?>("use", shown.Use)));
}
