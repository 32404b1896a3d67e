using Orleans.Serialization.Cloning;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Surrogates;

/// <summary><see cref="EvaluationRecord"/> in messages between silos.</summary>
[GenerateSerializer, Alias("sheaf.EvaluationRecord")]
internal struct EvaluationRecordSurrogate
{
    [Id(0)] public long Step;
    [Id(1)] public RowSetKind Rows;
    [Id(2)] public long Samples;
    [Id(3)] public double Loss;
    [Id(4)] public IReadOnlyList<double> Metrics;
    [Id(5)] public IReadOnlyList<ClassCount> Classes;
}

[RegisterConverter]
internal sealed class EvaluationRecordConverter : IConverter<EvaluationRecord, EvaluationRecordSurrogate>
{
    public EvaluationRecord ConvertFromSurrogate(in EvaluationRecordSurrogate surrogate) => new()
    {
        Step = surrogate.Step,
        Rows = surrogate.Rows,
        Samples = surrogate.Samples,
        Loss = surrogate.Loss,
        Metrics = surrogate.Metrics,
        Classes = surrogate.Classes,
    };

    public EvaluationRecordSurrogate ConvertToSurrogate(in EvaluationRecord value) => new()
    {
        Step = value.Step,
        Rows = value.Rows,
        Samples = value.Samples,
        Loss = value.Loss,
        Metrics = value.Metrics,
        Classes = value.Classes,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class EvaluationRecordCopier : ShallowCopier<EvaluationRecord>;
