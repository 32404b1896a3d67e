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
}

[RegisterConverter]
internal sealed class DirectiveConverter : IConverter<Directive, DirectiveSurrogate>
{
    public Directive ConvertFromSurrogate(in DirectiveSurrogate surrogate) => new(surrogate.Sequence, surrogate.Kind, surrogate.Step, surrogate.Rows);

    public DirectiveSurrogate ConvertToSurrogate(in Directive value) => new()
    {
        Sequence = value.Sequence,
        Kind = value.Kind,
        Step = value.Step,
        Rows = value.Rows,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class DirectiveCopier : ShallowCopier<Directive>;
