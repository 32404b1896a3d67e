using Orleans.Serialization.Cloning;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Surrogates;

/// <summary><see cref="ShardRange"/> in messages between silos.</summary>
[GenerateSerializer, Alias("sheaf.ShardRange")]
internal struct ShardRangeSurrogate
{
    [Id(0)] public int First;
    [Id(1)] public int Count;
}

[RegisterConverter]
internal sealed class ShardRangeConverter : IConverter<ShardRange, ShardRangeSurrogate>
{
    public ShardRange ConvertFromSurrogate(in ShardRangeSurrogate surrogate) => new(surrogate.First, surrogate.Count);

    public ShardRangeSurrogate ConvertToSurrogate(in ShardRange value) => new()
    {
        First = value.First,
        Count = value.Count,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class ShardRangeCopier : ShallowCopier<ShardRange>;
