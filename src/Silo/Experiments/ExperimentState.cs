using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>What is stored of an experiment beside its coordinator's record and its steps.</summary>
[GenerateSerializer, Alias("sheaf.ExperimentState")]
public sealed class ExperimentState
{
    /// <summary>Null: there is no such experiment.</summary>
    [Id(0)] public ExperimentView? View { get; set; }

    /// <summary>No sequence number at or above it was given to a watcher.</summary>
    [Id(1)] public long SequenceReserved { get; set; }

    /// <summary>Steps below it are in the ledger on the store, without a gap; may lag behind.</summary>
    [Id(2)] public long Durable { get; set; }

    /// <summary>Steps in a segment of its ledger; see <see cref="StepLedger.SegmentLengthOf"/>.</summary>
    [Id(3)] public int SegmentLength { get; set; }
}
