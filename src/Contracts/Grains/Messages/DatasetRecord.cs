namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What is known of an experiment's data, as it was at submit.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.DatasetRecord")]
public sealed record DatasetRecord
{
    /// <summary>SHA-256 of <see cref="FactsJson"/>, in hexadecimal.</summary>
    [Id(0)] public required string Key { get; init; }

    /// <summary>Files with hashes and sizes, counts, shape, classes, statistics.</summary>
    [Id(1)] public required string FactsJson { get; init; }

    [Id(2)] public required long TrainCount { get; init; }

    [Id(3)] public required IReadOnlyList<string> Files { get; init; }
}
