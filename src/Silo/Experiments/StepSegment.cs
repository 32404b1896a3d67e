using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>Some consecutive steps of the ledger, as they are stored. Mutable: owned by one <see cref="StepLedger"/>.</summary>
[GenerateSerializer, Alias("sheaf.StepSegment")]
public sealed class StepSegment
{
    /// <summary>By step; steps of a run that is recovering may be missing in between.</summary>
    [Id(0)] public List<StepCommit> Steps { get; set; } = [];
}
