namespace Sheaf.Contracts.Grains.Messages;

/// <summary>How far an experiment's ledger goes.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.LedgerTail")]
public sealed record LedgerTail
{
    /// <summary>Steps below it are recorded, without a gap.</summary>
    [Id(0)] public required long Recorded { get; init; }

    /// <summary>Steps below it are on the store.</summary>
    [Id(1)] public required long Durable { get; init; }
}
