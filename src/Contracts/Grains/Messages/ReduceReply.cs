namespace Sheaf.Contracts.Grains.Messages;

/// <summary>The sum over all shards, or that it is not there yet.</summary>
[GenerateSerializer, Alias("sheaf.ReduceReply")]
public sealed record ReduceReply
{
    [Id(0)] public required long Generation { get; init; }

    [Id(1)] public required long Sequence { get; init; }

    [Id(2)] public required float[] Total { get; init; }

    /// <summary>The parts of other silos are not there yet: ask again.</summary>
    [Id(3)] public bool Pending { get; init; }
}
