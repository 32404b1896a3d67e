using Grpc.Core;
using Sheaf.Client.Trust;
using Sheaf.V1;

namespace Sheaf.Client.Connections;

/// <summary>Finds a server that answers among some that may be dead or frozen.</summary>
internal static class LiveServer
{
    /// <summary>
    /// A silo answers a ping in milliseconds, on a machine that is very busy in a second or two; a frozen one takes the connection and never answers. All are
    /// asked at once.
    /// </summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    /// <summary>The first of them to answer; null: none.</summary>
    public static async Task<Uri?> FirstAsync(IReadOnlyList<Uri> candidates, Uri? proxy, ServerTrust trust, TimeProvider time, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asking = candidates.Distinct().Select(candidate => AnswersAsync(candidate, proxy, trust, time, enough.Token)).ToList();
        Uri? found = null;
        while (asking.Count > 0)
        {
            var answered = await Task.WhenAny(asking);
            asking.Remove(answered);
            if (found is null && await answered is { } alive)
            {
                found = alive;
                await enough.CancelAsync();
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return found;
    }

    private static async Task<Uri?> AnswersAsync(Uri candidate, Uri? proxy, ServerTrust trust, TimeProvider time, CancellationToken cancellation)
    {
        var (opened, calls) = Channels.Open(candidate, proxy, trust);
        using var channel = opened;
        try
        {
            await new Cluster.ClusterClient(calls).PingAsync(
                new PingRequest(), deadline: time.GetUtcNow().UtcDateTime + AnswersWithin, cancellationToken: cancellation);
            return candidate;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.ResourceExhausted)
        {
            // It lives: what it says to the call itself is for the user.
            return candidate;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            return null;
        }
    }
}
