using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Tells of whole epochs: from the steps as they come where this activation has seen all of them, from the ledger where it has not. Not thread-safe.
/// </summary>
internal sealed class EpochReporter(LedExperiment experiment, ILedgerReader ledger, Publisher news)
{
    private readonly Queue<int> _unread = new();
    private readonly EpochMeter _meter = new(experiment.Context.Plan.StepsPerEpoch);
    private EpochRecord? _last;

    /// <summary>The epochs that these steps complete and that need no reading; the others are read by <see cref="TellUnread"/>.</summary>
    public EpochRecord[] Take(IReadOnlyList<StepCommit> steps)
    {
        var ended = new List<EpochRecord>();
        foreach (var (epoch, record) in _meter.Add(steps))
        {
            if (record is null)
            {
                _unread.Enqueue(epoch);
            }
            else
            {
                ended.Add(record);
                Ended(record);
            }
        }

        return ended.ToArray();
    }

    public async Task TellUnread()
    {
        while (_unread.TryPeek(out var epoch))
        {
            await TryTell(epoch);
            _unread.TryDequeue(out _);
        }
    }

    /// <summary>What the experiment leaves, whose plan is carried out.</summary>
    public async Task<RunResult> Result(GenerationSession session)
    {
        var epochs = (int)(experiment.Context.PlanOf(experiment.Record).TotalSteps / experiment.Context.Plan.StepsPerEpoch);
        if (epochs > 0 && _last?.Epoch != epochs)
        {
            await TryTell(epochs);
        }

        return RunResults.Of(experiment.Record, experiment.Context, session, _last?.Epoch == epochs ? _last : null);
    }

    /// <summary>An epoch of which the ledger lacks steps is not reported.</summary>
    private async Task TryTell(int epoch)
    {
        var steps = experiment.Context.Plan.StepsPerEpoch;
        var recorded = await ledger.RecordedSteps(experiment.Id, (epoch - 1) * steps, epoch * steps);
        if (new EpochMeter(steps).Add(recorded) is [.., { Record: { } record }])
        {
            Ended(record);
            news.Add(new() { Epochs = new[] { record } });
        }
    }

    private void Ended(EpochRecord epoch)
    {
        _last = epoch;
        if (epoch.Skipped == experiment.Context.Plan.StepsPerEpoch)
        {
            news.Say(
                experiment.UtcNow,
                "warning",
                $"every update of epoch {epoch.Epoch} was skipped, as no loss or gradient was finite: the weights do not change any more");
        }
    }
}
