using System.Runtime.CompilerServices;
using Grpc.Core;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Watching;

/// <summary>A run's updates from a sequence number on, across servers that go away for a moment.</summary>
internal sealed class RunWatch(ServerConnection server, string experimentId, TimeProvider time)
{
    /// <summary>Told when the connection is lost, with the wait before the next attempt, and when it is back (<c>null</c>).</summary>
    public Action<TimeSpan?>? ConnectionChanged { get; init; }

    /// <summary>
    /// Ends after the update that carries a terminal state. The first attempt must succeed; later ones are repeated with back-off.
    /// </summary>
    public async IAsyncEnumerable<Update> UpdatesAsync(long fromSequence, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = fromSequence;
        var connected = false;
        var attempt = 0;
        long lostSince = 0;
        while (true)
        {
            RpcException? failure = null;
            using (var call = server.Experiments.Watch(new WatchRequest { ExperimentId = experimentId, FromSequence = next }, cancellationToken: cancellation))
            {
                while (true)
                {
                    (var arrived, failure) = await MoveNextAsync(call.ResponseStream, cancellation);
                    if (!arrived)
                    {
                        break;
                    }

                    if (attempt > 0)
                    {
                        attempt = 0;
                        ConnectionChanged?.Invoke(null);
                    }

                    if (!connected)
                    {
                        await server.LearnAsync(cancellation);
                    }

                    connected = true;
                    var update = call.ResponseStream.Current;
                    next = Math.Max(next, update.Sequence + 1);
                    yield return update;
                    if (update.KindCase == Update.KindOneofCase.Experiment && Format.IsTerminal(update.Experiment.State))
                    {
                        yield break;
                    }
                }
            }

            // A stream that ends early, without an error, is a server that shuts down.
            if (failure is not null && (!connected || !RpcFailures.IsPassing(failure)))
            {
                throw server.Explain(failure, $"watch {experimentId}");
            }

            lostSince = attempt == 0 ? time.GetTimestamp() : lostSince;
            var wait = BackOff.Next(attempt, time.GetElapsedTime(lostSince)) ?? throw GaveUp(failure);
            attempt++;
            ConnectionChanged?.Invoke(wait);

            // A server that is away tells nobody when it is back.
            await Task.Delay(wait, time, cancellation);
            await server.TryAnotherAsync(cancellation);
        }
    }

    private static async Task<(bool Arrived, RpcException? Failure)> MoveNextAsync(IAsyncStreamReader<Update> stream, CancellationToken cancellation)
    {
        try
        {
            return (await stream.MoveNext(cancellation), null);
        }
        catch (RpcException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            return (false, failure);
        }
    }

    private CliException GaveUp(RpcException? failure) => failure is null
        ? new CliException(
            ExitCode.Unreachable,
            $"the server at {RpcFailures.Show(server.Server)} ends the watch of {experimentId} again and again",
            null,
            "look at the server's log")
        : server.Explain(failure, $"watch {experimentId} any longer (tried for {BackOff.GiveUpAfter.TotalMinutes:0} minutes)");
}
