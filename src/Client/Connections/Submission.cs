using System.Security.Cryptography;
using Grpc.Core;
using Sheaf.Client.Failures;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Client.Connections;

/// <summary>Submits with an id made here, so that a repeated request cannot start a second run.</summary>
internal static class Submission
{
    private const int Attempts = 3;

    /// <summary>The experiment's name, and six random characters so that names need not be unique.</summary>
    public static string NewId(string name) =>
        $"{name[..Math.Min(name.Length, 56)].TrimEnd('-')}-{RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 6)}";

    /// <summary>Repeats a request whose outcome is unknown; gives up at once where nobody listens.</summary>
    public static async Task<Experiment> SubmitAsync(ServerConnection server, SubmitRequest request, CancellationToken cancellation)
    {
        // The same id again: the server answers the first request's answer if it had arrived.
        var response = await Retries.Doubling(
            TimeProvider.System, Attempts, TimeSpan.Zero,
            e => e.InnerException is RpcException rpc && RpcFailures.IsPassing(rpc) && !RpcFailures.NobodyListens(rpc))
            .ExecuteAsync(
                async token => await server.CallAsync(
                    $"submit {request.ExperimentId}", options => server.Experiments.SubmitAsync(request, options), token),
                cancellation);
        return response.Experiment;
    }
}
