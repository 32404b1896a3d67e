using Orleans.Serialization.Cloning;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Surrogates;

/// <summary><see cref="CheckpointRecord"/> in messages between silos.</summary>
[GenerateSerializer, Alias("sheaf.CheckpointRecord")]
internal struct CheckpointRecordSurrogate
{
    [Id(0)] public long Step;
    [Id(1)] public long Generation;
    [Id(2)] public string Path;
    [Id(3)] public long Bytes;
    [Id(4)] public string WeightsSha256;
    [Id(5)] public double? Score;
    [Id(6)] public DateTimeOffset Written;
}

[RegisterConverter]
internal sealed class CheckpointRecordConverter : IConverter<CheckpointRecord, CheckpointRecordSurrogate>
{
    public CheckpointRecord ConvertFromSurrogate(in CheckpointRecordSurrogate surrogate) => new()
    {
        Step = surrogate.Step,
        Generation = surrogate.Generation,
        Path = surrogate.Path,
        Bytes = surrogate.Bytes,
        WeightsSha256 = surrogate.WeightsSha256,
        Score = surrogate.Score,
        Written = surrogate.Written,
    };

    public CheckpointRecordSurrogate ConvertToSurrogate(in CheckpointRecord value) => new()
    {
        Step = value.Step,
        Generation = value.Generation,
        Path = value.Path,
        Bytes = value.Bytes,
        WeightsSha256 = value.WeightsSha256,
        Score = value.Score,
        Written = value.Written,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class CheckpointRecordCopier : ShallowCopier<CheckpointRecord>;
