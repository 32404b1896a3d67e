using Sheaf.Records;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Training.Replicas;

/// <summary>What a worker tells. Called on the device thread, in order; must return at once and must not throw: the next step waits for it.</summary>
public interface IWorkerSink
{
    /// <summary>
    /// The replica is built and has its state; <paramref name="stateHash"/> is over weights, buffers and optimizer state. Before everything else.
    /// </summary>
    void Ready(long step, ulong stateHash);

    /// <summary>A step was applied (or skipped by the policy).</summary>
    void Applied(StepRecord record);

    /// <summary>An evaluation is complete; only the leader says so.</summary>
    void Evaluated(EvaluationRecord record);

    /// <summary>A copy of the state, to be written; only the leader gives it.</summary>
    void Captured(CheckpointSnapshot snapshot);

    /// <summary>The directive of this sequence number is carried out; <paramref name="step"/> is the first step that is not applied.</summary>
    void Reached(long sequence, long step);

    /// <summary>An evaluation or the capture of a checkpoint is carried out, and took this long.</summary>
    void Paused(TimeSpan duration)
    {
    }

    /// <summary>The worker stopped by itself. Its group is aborted; the other workers of the group end without a failure of their own.</summary>
    void Failed(WorkerFailure failure);
}
