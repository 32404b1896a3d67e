using Sheaf.Contracts.Messages;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Replicas;

namespace Sheaf.Bench.Subjects;

/// <summary>Counts the samples of a worker's steps, and tells when its directives are carried out.</summary>
/// <param name="directives">How many there will be.</param>
internal sealed class CountingSink(int directives = 3) : IWorkerSink
{
    private readonly TaskCompletionSource[] _reached = [.. Enumerable.Range(0, directives).Select(_ => new TaskCompletionSource())];
    private long _samples;

    public StepRecord? Last { get; private set; }

    public long Total => _samples;

    public long Samples(long from) => _samples - (from * (Last?.Samples ?? 0));

    public Task At(long sequence) => _reached[sequence].Task;

    public void Ready(long step, ulong stateHash)
    {
    }

    public void Applied(StepRecord record)
    {
        _samples += record.Samples;
        Last = record;
    }

    public void Evaluated(EvaluationRecord record)
    {
    }

    public void Captured(CheckpointSnapshot snapshot)
    {
    }

    public void Reached(long sequence, long step) => _reached[sequence].TrySetResult();

    public void Failed(WorkerFailure failure)
    {
        foreach (var reached in _reached)
        {
            reached.TrySetException(new InvalidOperationException(failure.Message));
        }
    }
}
