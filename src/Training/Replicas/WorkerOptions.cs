using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Faults;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Replicas;

/// <summary>What one worker of one generation is made of.</summary>
public sealed record WorkerOptions
{
    public required ExperimentSpec Spec { get; init; }

    public required DataBundle Data { get; init; }

    public required string ExperimentId { get; init; }

    public required int Worker { get; init; }

    public required long Generation { get; init; }

    public required ShardRange Shards { get; init; }

    /// <summary>The lowest worker: it alone reports evaluations and captures checkpoints.</summary>
    public required bool IsLeader { get; init; }

    /// <summary>A core (<c>cpu</c>, <c>cpu:0</c>, ...) or a GPU (<c>cuda:0</c>, ...).</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The first step to run; equal to the step of <see cref="From"/> or <see cref="Reuse"/> where those are given.</summary>
    public long StartStep { get; init; }

    /// <summary>Null starts from the weights that the seed gives, or from what <see cref="Reuse"/> holds.</summary>
    public CheckpointSnapshot? From { get; init; }

    /// <summary>
    /// A replica that an earlier generation left, which this worker owns from now on; null builds one. <see cref="From"/> replaces its state.
    /// </summary>
    public KeptReplica? Reuse { get; init; }

    /// <summary>Checked before anything is sent, applied or given away; null: held for ever.</summary>
    public LeaseClock? Lease { get; init; }

    /// <summary>Reads the checkpoint of that folder, whose weights an evaluation is of. Called on the device thread, which waits for it.</summary>
    public Func<string, CheckpointSnapshot> ReadCheckpoint { get; init; } =
        path => throw new InvalidOperationException($"This worker was given no way to read the checkpoint '{path}'.");

    /// <summary>The spec as text, for checkpoints.</summary>
    public string SpecYaml { get; init; } = "";

    /// <summary>Where classes of the user's own are; null: the spec has none.</summary>
    public Packages? Packages { get; init; }

    /// <summary>Null: what <see cref="Device"/> names.</summary>
    internal ComputeDevice? ComputesOn { get; init; }

    internal ComputeDevice Computing => ComputesOn ?? ComputeDevice.Of(Device);

    public IFaultInjector Faults { get; init; } = NoFaults.Instance;
}
