namespace Sheaf.Contracts.Messages;

/// <summary>The sum over all shards.</summary>
[GenerateSerializer, Alias("sheaf.ReduceReply")]
public sealed record ReduceReply
{
    [Id(0)] public required long Generation { get; init; }

    [Id(1)] public required long Sequence { get; init; }

    [Id(2)] public required float[] Total { get; init; }
}
