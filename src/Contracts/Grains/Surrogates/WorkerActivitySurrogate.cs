using Orleans.Serialization.Cloning;
using Sheaf.Records;

namespace Sheaf.Contracts.Grains.Surrogates;

/// <summary><see cref="WorkerActivity"/> in messages between silos.</summary>
[GenerateSerializer, Alias("sheaf.WorkerActivity")]
internal struct WorkerActivitySurrogate
{
    [Id(0)] public int Worker;
    [Id(1)] public WorkerPhase Phase;
    [Id(2)] public long Step;
    [Id(3)] public double Seconds;
}

[RegisterConverter]
internal sealed class WorkerActivityConverter : IConverter<WorkerActivity, WorkerActivitySurrogate>
{
    public WorkerActivity ConvertFromSurrogate(in WorkerActivitySurrogate surrogate) => new()
    {
        Worker = surrogate.Worker,
        Phase = surrogate.Phase,
        Step = surrogate.Step,
        Seconds = surrogate.Seconds,
    };

    public WorkerActivitySurrogate ConvertToSurrogate(in WorkerActivity value) => new()
    {
        Worker = value.Worker,
        Phase = value.Phase,
        Step = value.Step,
        Seconds = value.Seconds,
    };
}

/// <summary>It is immutable: between grains of one silo the same one is handed on.</summary>
[RegisterCopier]
internal sealed class WorkerActivityCopier : ShallowCopier<WorkerActivity>;
