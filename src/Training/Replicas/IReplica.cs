using Sheaf.Contracts.Messages;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Training.Replicas;

/// <summary>A model with its optimizer, as the worker's loop sees it. Used by one thread.</summary>
internal interface IReplica : IDisposable
{
    /// <summary>The first step that is not applied.</summary>
    long Step { get; }

    /// <summary>Computes, reduces and applies the next step.</summary>
    StepRecord RunStep(CancellationToken stopping);

    EvaluationRecord Evaluate(RowSetKind rows, CancellationToken stopping);

    /// <summary>A copy of the state before <see cref="Step"/>.</summary>
    CheckpointSnapshot Capture();
}
