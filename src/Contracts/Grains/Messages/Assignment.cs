using Sheaf.Specs;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>All that one worker needs to begin in one generation.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.Assignment")]
public sealed record Assignment
{
    [Id(0)] public required string ExperimentId { get; init; }

    [Id(1)] public required long Generation { get; init; }

    [Id(2)] public required int Worker { get; init; }

    /// <summary>Of the generation, this one among them.</summary>
    [Id(3)] public required IReadOnlyList<WorkerPlace> Workers { get; init; }

    [Id(4)] public required string SpecYaml { get; init; }

    [Id(5)] public required string BasePath { get; init; }

    /// <summary>What the files were at submit; a silo on which they differ refuses.</summary>
    [Id(6)] public required DatasetRecord Dataset { get; init; }

    /// <summary>The state to begin with.</summary>
    [Id(7)] public required StateOrigin From { get; init; }

    /// <summary>
    /// How silos reduce; of no meaning where one silo has all workers, unless it is <see cref="ReductionKind.Coordinator"/>. Never <c>auto</c>.
    /// </summary>
    [Id(8)] public required ReductionKind Reduction { get; init; }
}
