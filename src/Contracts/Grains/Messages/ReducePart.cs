namespace Sheaf.Contracts.Grains.Messages;

/// <summary>The sum over one whole subtree of the shards.</summary>
[GenerateSerializer, Alias("sheaf.ReducePart")]
public sealed record ReducePart
{
    [Id(0)] public required int FirstShard { get; init; }

    [Id(1)] public required int Shards { get; init; }

    [Id(2)] public required float[] Sum { get; init; }
}
