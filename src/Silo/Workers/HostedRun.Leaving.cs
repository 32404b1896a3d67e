using Sheaf.Contracts.Messages;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Workers;

/// <content>How a generation leaves this silo, and what it leaves.</content>
internal sealed partial class HostedRun
{
    /// <summary>Under the gate. The threads are told at once; nobody waits here for their end.</summary>
    private void Leave(RunReporter reporter, string reason, bool keep = true)
    {
        Touch();
        _reporter = null;
        _fence.End(reporter.Run.Generation);
        _leaving = LeaveAfter(_leaving, reporter, reason, keep);
    }

    private async Task LeaveAfter(Task before, RunReporter reporter, string reason, bool keep)
    {
        var leaving = reporter.Run.Leave(reason);
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!leaving.IsCompletedSuccessfully)
        {
            // The next generation finds nothing here, and may begin.
            reporter.Run.Log(0, "error", $"what generation {reporter.Run.Generation} left could not be kept: {leaving.Exception?.InnerException?.Message}");
            _kept.DropState();
            return;
        }

        var left = await leaving;
        lock (_gate)
        {
            if (keep)
            {
                _kept.Keep(left.Replicas, left.Snapshot);
                Inherit(reporter);
            }
            else
            {
                _kept.Keep(left.Replicas, null);
                _kept.Drop();
            }

            _stuck.RemoveAll(slot => slot.Ended.IsCompleted);
            _stuck.AddRange(left.Stuck);
            _newlyStuck = left.Stuck.Count > 0 ? reporter.Run.Generation : -1;
            Touch();
        }
    }

    /// <summary>Evaluations and checkpoints that were made, but not acknowledged, are the next generation's to tell.</summary>
    private void Inherit(RunReporter reporter)
    {
        foreach (var report in new[] { reporter.Unacknowledged, reporter.Run.Buffer.Take(services.Silo, reporter.Run.Generation) }.OfType<SiloReport>())
        {
            foreach (var evaluation in report.Evaluations)
            {
                Tell(buffer => buffer.Evaluation(evaluation));
            }

            foreach (var record in report.Checkpoints)
            {
                Tell(buffer => buffer.Checkpoint(record, report.FinalValues));
            }
        }
    }

    private void Late(CheckpointRecord record, IReadOnlyDictionary<string, double> values)
    {
        lock (_gate)
        {
            if (IsWanted(record.Generation))
            {
                Tell(buffer => buffer.Checkpoint(record, values));
                return;
            }
        }

        try
        {
            // It was just being finished when its generation was stopped.
            services.Store.Delete(record.Path);
        }
        catch (CheckpointException e)
        {
            services.Logs.Write(experimentId, RunLogs.Worker(0), "warning", e.Message);
        }
    }

    private void Tell(Action<ReportBuffer> tell)
    {
        if (_reporter is { } reporter)
        {
            tell(reporter.Run.Buffer);
        }
        else
        {
            _late.Add(tell);
        }
    }

    /// <summary>Under the gate.</summary>
    private void Drop(string reason)
    {
        _preparation?.Stop();
        (_preparation, _answer, _mayForget) = (null, null, true);
        _late.Clear();
        if (_reporter is { } reporter)
        {
            Leave(reporter, reason, keep: false);
        }
        else
        {
            _leaving = DropAfter(_leaving);
        }
    }

    private async Task DropAfter(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _kept.Drop();
    }

    /// <summary>Told to the first generation that asks: it goes on without them, and its successors know no such workers any more.</summary>
    private IReadOnlyList<int> TakeNewlyStuck(long generation)
    {
        var told = _newlyStuck >= 0 && _newlyStuck < generation ? _stuck.Where(slot => !slot.Ended.IsCompleted).Select(slot => slot.Number).Distinct().ToArray() : [];
        _newlyStuck = -1;
        return told;
    }
}
