using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What the coordinator says to a report.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.ReportAnswer")]
public sealed record ReportAnswer
{
    /// <summary>False: the generation is over. The workers end and the silo keeps their state, until it is surveyed or told to let go.</summary>
    [Id(0)] public required bool GoesOn { get; init; }

    /// <summary>Steps below it are in the ledger on the store: their records need not be kept.</summary>
    [Id(1)] public required long DurableStep { get; init; }

    /// <summary>
    /// What the silo's workers have not said to have carried out, in order, while the generation simply goes on; some of it may have been said before.
    /// </summary>
    [Id(2)] public IReadOnlyList<Directive> Directives { get; init; } = [];
}
