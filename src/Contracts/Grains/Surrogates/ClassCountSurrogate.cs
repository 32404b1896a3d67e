using Orleans.Serialization.Cloning;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Surrogates;

/// <summary><see cref="ClassCount"/> in messages between silos.</summary>
[GenerateSerializer, Alias("sheaf.ClassCount")]
internal struct ClassCountSurrogate
{
    [Id(0)] public long Correct;
    [Id(1)] public long Samples;
}

[RegisterConverter]
internal sealed class ClassCountConverter : IConverter<ClassCount, ClassCountSurrogate>
{
    public ClassCount ConvertFromSurrogate(in ClassCountSurrogate surrogate) => new(surrogate.Correct, surrogate.Samples);

    public ClassCountSurrogate ConvertToSurrogate(in ClassCount value) => new()
    {
        Correct = value.Correct,
        Samples = value.Samples,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class ClassCountCopier : ShallowCopier<ClassCount>;
