using Orleans.Serialization.Cloning;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Surrogates;

/// <summary><see cref="WorkerFailure"/> in messages between silos.</summary>
[GenerateSerializer, Alias("sheaf.WorkerFailure")]
internal struct WorkerFailureSurrogate
{
    [Id(0)] public long Step;
    [Id(1)] public int? Shard;
    [Id(2)] public bool OfTheRun;
    [Id(3)] public string Message;
}

[RegisterConverter]
internal sealed class WorkerFailureConverter : IConverter<WorkerFailure, WorkerFailureSurrogate>
{
    public WorkerFailure ConvertFromSurrogate(in WorkerFailureSurrogate surrogate) => new()
    {
        Step = surrogate.Step,
        Shard = surrogate.Shard,
        OfTheRun = surrogate.OfTheRun,
        Message = surrogate.Message,
    };

    public WorkerFailureSurrogate ConvertToSurrogate(in WorkerFailure value) => new()
    {
        Step = value.Step,
        Shard = value.Shard,
        OfTheRun = value.OfTheRun,
        Message = value.Message,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class WorkerFailureCopier : ShallowCopier<WorkerFailure>;
