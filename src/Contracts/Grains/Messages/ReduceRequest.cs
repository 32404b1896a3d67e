namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One silo's parts of one collective.</summary>
[GenerateSerializer, Alias("sheaf.ReduceRequest")]
public sealed record ReduceRequest
{
    [Id(0)] public required string Silo { get; init; }

    [Id(1)] public required long Generation { get; init; }

    /// <summary>Of the collective in its generation: 0, 1, 2, ...</summary>
    [Id(2)] public required long Sequence { get; init; }

    [Id(3)] public required long Step { get; init; }

    /// <summary>What is summed: gradient or evaluation.</summary>
    [Id(4)] public required string Kind { get; init; }

    [Id(5)] public required IReadOnlyList<ReducePart> Parts { get; init; }
}
