using Sheaf.Contracts.Messages;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;

namespace Sheaf.Training.Replicas;

internal sealed class Replica : IReplica
{
    public Replica(WorkerOptions options, LocalGroup group, TimeProvider time) =>
        throw new NotSupportedException($"Worker {options.Worker} of {options.ExperimentId}: the model side lands next ({group.Length}, {time}).");

    public long Step => 0;

    public StepRecord RunStep(CancellationToken stopping) => throw new NotSupportedException();

    public EvaluationRecord Evaluate(RowSetKind rows, CancellationToken stopping) => throw new NotSupportedException();

    public CheckpointSnapshot Capture() => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
