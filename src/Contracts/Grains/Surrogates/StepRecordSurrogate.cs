using Orleans.Serialization.Cloning;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Surrogates;

/// <summary><see cref="StepRecord"/> in messages between silos.</summary>
[GenerateSerializer, Alias("sheaf.StepRecord")]
internal struct StepRecordSurrogate
{
    [Id(0)] public long Step;
    [Id(1)] public long Generation;
    [Id(2)] public int Worker;
    [Id(3)] public ShardRange Shards;
    [Id(4)] public double Loss;
    [Id(5)] public IReadOnlyList<double> Metrics;
    [Id(6)] public int Samples;
    [Id(7)] public double LearningRate;
    [Id(8)] public ulong GradientHash;
    [Id(9)] public IReadOnlyList<ulong> SampleDigests;
    [Id(10)] public long ComputeMicroseconds;
    [Id(11)] public long StepMicroseconds;
    [Id(12)] public bool Skipped;
}

[RegisterConverter]
internal sealed class StepRecordConverter : IConverter<StepRecord, StepRecordSurrogate>
{
    public StepRecord ConvertFromSurrogate(in StepRecordSurrogate surrogate) => new()
    {
        Step = surrogate.Step,
        Generation = surrogate.Generation,
        Worker = surrogate.Worker,
        Shards = surrogate.Shards,
        Loss = surrogate.Loss,
        Metrics = surrogate.Metrics,
        Samples = surrogate.Samples,
        LearningRate = surrogate.LearningRate,
        GradientHash = surrogate.GradientHash,
        SampleDigests = surrogate.SampleDigests,
        ComputeMicroseconds = surrogate.ComputeMicroseconds,
        StepMicroseconds = surrogate.StepMicroseconds,
        Skipped = surrogate.Skipped,
    };

    public StepRecordSurrogate ConvertToSurrogate(in StepRecord value) => new()
    {
        Step = value.Step,
        Generation = value.Generation,
        Worker = value.Worker,
        Shards = value.Shards,
        Loss = value.Loss,
        Metrics = value.Metrics,
        Samples = value.Samples,
        LearningRate = value.LearningRate,
        GradientHash = value.GradientHash,
        SampleDigests = value.SampleDigests,
        ComputeMicroseconds = value.ComputeMicroseconds,
        StepMicroseconds = value.StepMicroseconds,
        Skipped = value.Skipped,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class StepRecordCopier : ShallowCopier<StepRecord>;
