using Sheaf.Records;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Training.Replicas;

/// <summary>A model with its optimizer, as the worker's loop sees it. Used by one thread at a time.</summary>
internal interface IReplica : IDisposable
{
    /// <summary>The first step that is not applied.</summary>
    long Step { get; }

    /// <summary>
    /// False from the moment at which a step's gradient begins to be applied until it is: state that was left then is neither before nor after the step.
    /// </summary>
    bool IsWhole { get; }

    /// <summary>64-bit hash over weights, buffers and optimizer state.</summary>
    ulong StateHash { get; }

    /// <summary>Computes, reduces and applies the next step.</summary>
    /// <param name="rate">The optimizer's learning rate, where evaluations decide it; null: the spec's.</param>
    StepRecord RunStep(double? rate, CancellationToken stopping);

    /// <summary>Evaluates the state before <see cref="Step"/>.</summary>
    /// <param name="of">Another state of the experiment that is evaluated instead; the replica's own comes back afterwards. Null: its own.</param>
    EvaluationRecord Evaluate(RowSetKind rows, CheckpointSnapshot? of, CancellationToken stopping);

    /// <summary>Tensors of the state that no step changes, such as a mask of a user's model: they may hold infinities.</summary>
    IReadOnlySet<string> Constants { get; }

    /// <summary>A copy of the state before <see cref="Step"/>.</summary>
    CheckpointSnapshot Capture();

    /// <summary>Replaces the state.</summary>
    void Restore(CheckpointSnapshot snapshot);
}
