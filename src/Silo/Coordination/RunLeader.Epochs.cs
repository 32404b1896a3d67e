using System.Numerics;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <content>What is told of whole epochs, and of updates that were skipped.</content>
public sealed partial class RunLeader
{
    private readonly Queue<int> _unread = new();
    private EpochMeter? _epochs;
    private EpochRecord? _lastEpoch;

    /// <summary>The epochs that these steps complete, as far as this activation has seen all of their steps; the others are read from the ledger later.</summary>
    private EpochRecord[] EpochsOf(IReadOnlyList<StepCommit> steps)
    {
        _epochs ??= new(_context!.Plan.StepsPerEpoch);
        var ended = new List<EpochRecord>();
        foreach (var (epoch, record) in _epochs.Add(steps))
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

    private async Task TellUnreadEpochs()
    {
        while (_unread.TryPeek(out var epoch))
        {
            if (await ReadEpoch(epoch) is { } record)
            {
                Ended(record);
                _news.Add(new() { Epochs = new[] { record } });
            }

            _unread.TryDequeue(out _);
        }
    }

    /// <summary>Null where the ledger lacks steps of it.</summary>
    private async Task<EpochRecord?> ReadEpoch(int epoch)
    {
        var steps = _context!.Plan.StepsPerEpoch;
        var recorded = await ports.RecordedSteps(Run!.Id, (epoch - 1) * steps, epoch * steps);
        return new EpochMeter(steps).Add(recorded) is [.., var last] ? last.Record : null;
    }

    private async Task<RunResult> Result(GenerationSession session)
    {
        if (_lastEpoch?.Epoch != Spec!.Epochs && await ReadEpoch(Spec.Epochs) is { } last)
        {
            Ended(last);
            _news.Add(new() { Epochs = new[] { last } });
        }

        return RunResults.Of(Run!, _context!, session, _lastEpoch?.Epoch == Spec.Epochs ? _lastEpoch : null);
    }

    private void Ended(EpochRecord epoch)
    {
        _lastEpoch = epoch;
        if (epoch.Skipped == _context!.Plan.StepsPerEpoch)
        {
            _news.Say(time.GetUtcNow(), "warning", $"every update of epoch {epoch.Epoch} was skipped, as no loss or gradient was finite: the weights do not change any more");
        }
    }

    /// <summary>Said for the first one of a generation, and whenever there are twice as many.</summary>
    private void TellSkipped(GenerationSession session, IReadOnlyList<StepCommit> steps)
    {
        var before = session.Skipped - steps.Count(step => step.Skipped);
        if (session.Skipped > 0 && (before == 0 || BitOperations.Log2((ulong)session.Skipped) > BitOperations.Log2((ulong)before)))
        {
            var last = steps.Last(step => step.Skipped).Step;
            _news.Say(time.GetUtcNow(), "warning", $"the update of step {last} was skipped, as its loss or gradient is not finite (non_finite: skip); {session.Skipped} skipped so far in generation {session.Generation}");
        }
    }
}
