using Sheaf.Api.Security;

namespace Sheaf.Silo.Cluster;

/// <summary>Asks a silo's HTTP address for <see cref="Path"/>, which says who it is. Thread-safe.</summary>
internal sealed class HttpSiloProbe(PeerCalls calls, MembershipOptions options, TimeProvider time) : ISiloProbe, IDisposable
{
    /// <summary>Answers with the silo's address in the membership.</summary>
    public const string Path = "/identity";

    // As all calls of silos among themselves: UseProxy = false.
    private readonly HttpClient _client = new(calls.Handler());

    public async Task<bool> Answers(SiloRecord silo, CancellationToken cancellationToken)
    {
        using var tooLong = new CancellationTokenSource(options.IdentityWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        try
        {
            return (await _client.GetStringAsync(new Uri(silo.Http + Path), either.Token)).Trim() == silo.Address.ToParsableString();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    public void Dispose() => _client.Dispose();
}
