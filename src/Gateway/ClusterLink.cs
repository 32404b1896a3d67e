using Sheaf.Api.Cluster;
using Sheaf.Api.Health;

namespace Sheaf.Gateway;

/// <summary>Whether this gateway is connected to a silo, as Orleans' client says. Thread-safe.</summary>
internal sealed class ClusterLink(GatewayOptions options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ClusterLink> log)
    : IReadiness, ITroubles
{
    private volatile string _obstacle = "no silo of the cluster has been found yet";
    private volatile bool _hasStarted;
    private volatile int _silos;
    private volatile string? _security;

    public string? Obstacle => _hasStarted && _silos > 0 ? null : _obstacle;

    public string Summary => $"connected to {_silos} {(_silos == 1 ? "silo" : "silos")}";

    /// <summary>Troubles of silos are reported by the silos.</summary>
    public IReadOnlyList<string> All => _security is { } trouble ? [trouble] : [];

    public IReadOnlyList<string> WithExperiments => All;

    public string? OfStore => null;

    public void SetSecurity(string? text)
    {
        if (Interlocked.Exchange(ref _security, text) != text)
        {
            log.Log(text is null ? LogLevel.Information : LogLevel.Warning, "{Trouble}.", text ?? "The certificates and tokens are well again");
        }
    }

    public Task LookAtStore(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The client has started: it is connected to a silo, which has told it of the cluster's grains. Before, it is connected and cannot call any of them.
    /// </summary>
    public void Found()
    {
        _hasStarted = true;
        Count(Math.Max(_silos, 1));
    }

    /// <summary>Connected to so many silos.</summary>
    public void Count(int silos)
    {
        var before = Interlocked.Exchange(ref _silos, silos);
        _obstacle = silos > 0 ? "it has just found the cluster" : "no silo of the cluster can be reached";
        if (before > 0 && silos == 0 && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            log.LogWarning("No silo of the cluster can be reached.");
        }
        else if (before == 0 && silos > 0)
        {
            log.LogInformation("Connected to the cluster.");
        }
    }

    /// <summary>At the start neither the database nor a silo need be there.</summary>
    public async Task<bool> TryAgain(Exception failure, CancellationToken cancellationToken)
    {
        var obstacle = $"no silo of the cluster has been found yet ({failure.Message})";
        if (obstacle != _obstacle)
        {
            _obstacle = obstacle;
            log.LogWarning(failure, "No silo of the cluster has been found yet, which is tried again.");
        }

        // The database and silos that are not there yet tell nobody when they are.
        await Task.Delay(options.ConnectEvery, time, cancellationToken);
        return true;
    }
}
