using Orleans.Concurrency;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>What is known of one experiment (the key is its id): view, metrics, ledger, events. Written by its coordinator alone, read by anyone.</summary>
[Alias("sheaf.IExperimentGrain")]
public interface IExperimentGrain : IGrainWithStringKey
{
    [Alias("Create"), ResponseTimeout("00:01:00")]
    Task Create(RunSnapshot run, string specYaml);

    /// <summary>Takes in what happened. Repeating it changes nothing.</summary>
    [Alias("Append"), ResponseTimeout("00:00:10")]
    Task<LedgerTail> Append(RunNews news);

    /// <summary>Answers when everything that was appended is on the store. Other calls go on meanwhile.</summary>
    [Alias("Flush"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<LedgerTail> Flush();

    /// <summary>How far its ledger is.</summary>
    [Alias("Tail")]
    Task<LedgerTail> Tail();

    /// <summary>Null: there is no such experiment.</summary>
    [Alias("Describe")]
    Task<ExperimentView?> Describe();

    /// <summary>
    /// Updates from <paramref name="fromSequence"/> on; begins with a whole view where that is 0 or no longer known. A slow reader misses progress, nothing
    /// else. Ends after the update that carries a terminal state, or <see cref="RunState.Paused"/> where <paramref name="untilPaused"/>. Empty: no such
    /// experiment.
    /// </summary>
    [Alias("Watch")]
    IAsyncEnumerable<ExperimentUpdate> Watch(long fromSequence, bool untilPaused, CancellationToken cancellationToken = default);

    /// <summary>Committed steps from <paramref name="fromStep"/> on, in order, a block at a time.</summary>
    [Alias("Steps")]
    IAsyncEnumerable<StepBlock> Steps(long fromStep, CancellationToken cancellationToken = default);
}
