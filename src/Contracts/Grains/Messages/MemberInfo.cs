namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One process in the membership of a cluster.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.MemberInfo")]
public sealed record MemberInfo
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required string Address { get; init; }

    /// <summary>Of two processes at one address, the later one has the higher number.</summary>
    [Id(2)] public required int Incarnation { get; init; }

    [Id(3)] public required MemberStatus Status { get; init; }
}
