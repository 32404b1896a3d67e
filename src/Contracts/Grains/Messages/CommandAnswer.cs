namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What came of pause, resume or cancel.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.CommandAnswer")]
public sealed record CommandAnswer
{
    /// <summary>Null: there is no such experiment.</summary>
    [Id(0)] public ExperimentView? View { get; init; }

    /// <summary>Why the state forbids it; null where it was taken.</summary>
    [Id(1)] public string? Refusal { get; init; }
}
