using Orleans.Serialization.Cloning;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Surrogates;

/// <summary><see cref="Directive"/> in messages between silos.</summary>
[GenerateSerializer, Alias("sheaf.Directive")]
internal struct DirectiveSurrogate
{
    [Id(0)] public long Sequence;
    [Id(1)] public DirectiveKind Kind;
    [Id(2)] public long Step;
    [Id(3)] public RowSetKind Rows;
    [Id(4)] public double? Rate;
    [Id(5)] public string? Weights;
}

[RegisterConverter]
internal sealed class DirectiveConverter : IConverter<Directive, DirectiveSurrogate>
{
    public Directive ConvertFromSurrogate(in DirectiveSurrogate surrogate) =>
        new(surrogate.Sequence, surrogate.Kind, surrogate.Step, surrogate.Rows, surrogate.Rate, surrogate.Weights);

    public DirectiveSurrogate ConvertToSurrogate(in Directive value) => new()
    {
        Sequence = value.Sequence,
        Kind = value.Kind,
        Step = value.Step,
        Rows = value.Rows,
        Rate = value.Rate,
        Weights = value.Weights,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class DirectiveCopier : ShallowCopier<Directive>;
