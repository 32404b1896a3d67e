using Google.Protobuf.WellKnownTypes;
using Sheaf.Contracts.Grains;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Telemetry;

namespace Sheaf.Silo.Serving;

/// <summary>An experiment's log for clients: the lines of all silos as one. Thread-safe.</summary>
internal sealed class ExperimentLog(IGrainFactory grains, RunLogs logs, PeerApi peers, ObservationOptions options, TimeProvider time)
{
    /// <param name="id">Of an experiment that there is.</param>
    public async Task Tell(string id, V1.LogsRequest request, Func<V1.LogLine, Task> tell, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = request.Follow ? Ended(id, reading.Token) : Task.CompletedTask;
        try
        {
            var sources = new List<IAsyncEnumerable<V1.LogLine>>
            {
                logs.Read(id, request.HasWorker ? RunLogs.Worker(request.Worker) : null, ended, reading.Token).Select(Line),
            };
            if (!request.Local)
            {
                sources.AddRange(await peers.Logs(request, reading.Token));
            }

            await foreach (var line in LogMerge.ByTime(sources, request.Follow ? options.LogsWithin : null, time, reading.Token))
            {
                await tell(line);
            }
        }
        finally
        {
            await reading.CancelAsync();
        }
    }

    private static V1.LogLine Line(RunLogLine line) =>
        new() { Time = Timestamp.FromDateTimeOffset(line.Time), Source = line.Source, Level = line.Level, Message = line.Message };

    /// <summary>Done when the run has ended.</summary>
    private async Task Ended(string id, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in grains.GetGrain<IExperimentGrain>(id).Watch(0, false, cancellationToken).WithCancellation(cancellationToken))
                {
                }

                return;
            }
            catch (Exception)
            {
                // Nobody reads any more; or the silo of the experiment's grain is gone: it is asked for anew after a pause, as the cluster needs a moment to
                // declare the silo dead.
                await Task.Delay(options.LogsWithin, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
