namespace Sheaf.Training.Ledger;

public enum LedgerFindingKind
{
    /// <summary>No worker has reported the step.</summary>
    MissingStep,

    /// <summary>The step was reported without the digest of the samples that this shard was fed.</summary>
    MissingShard,

    /// <summary>Reports of one step disagree on the reduced gradient: committed work was redone with other bits.</summary>
    TwoHashes,

    /// <summary>Reports of one step disagree on what a shard was fed.</summary>
    TwoDigests,

    /// <summary>The batch was larger or smaller than it should have been.</summary>
    WrongSampleCount,

    /// <summary>A row was fed here although its turn was elsewhere in the epoch, or twice in this shard.</summary>
    RowFedTwice,

    /// <summary>A row whose turn it was, was not fed.</summary>
    RowSkipped,

    /// <summary>The right rows in another order.</summary>
    WrongOrder,

    /// <summary>Other rows than it should have been, but no small change of these explains the digest.</summary>
    WrongRows,
}
