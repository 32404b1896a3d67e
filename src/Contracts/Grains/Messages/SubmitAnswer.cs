namespace Sheaf.Contracts.Grains.Messages;

/// <summary>The experiment, or everything that is wrong with its spec.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.SubmitAnswer")]
public sealed record SubmitAnswer
{
    [Id(0)] public ExperimentView? View { get; init; }

    [Id(1)] public IReadOnlyList<Violation> Violations { get; init; } = [];
}
