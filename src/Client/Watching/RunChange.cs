using Sheaf.V1;

namespace Sheaf.Client.Watching;

/// <summary>Something that became known about a run, in the order in which it is to be shown.</summary>
internal abstract record RunChange
{
    /// <summary>The view has the new state.</summary>
    public sealed record StateChanged : RunChange;

    public sealed record Progressed(Progress Progress) : RunChange;

    /// <summary>The last step of an epoch is done; over all of its rows.</summary>
    public sealed record EpochEnded(EpochSummary Epoch) : RunChange;

    public sealed record Evaluated(Evaluation Evaluation) : RunChange;

    public sealed record CheckpointWritten(Checkpoint Checkpoint) : RunChange;

    public sealed record Noted(Event Event) : RunChange;
}
