namespace Sheaf.Training.Faults;

/// <summary>Where a fault can strike. A point is hit with (worker, step); nothing happens there unless a test has armed it.</summary>
public enum FaultPoint
{
    /// <summary>A step begins; no shard has run.</summary>
    BeforeCompute,

    /// <summary>All shards of the worker have run; the barrier is not reached.</summary>
    BeforeReduce,

    /// <summary>A part of the gradient is on its way to another silo.</summary>
    WhileSending,

    /// <summary>The total is complete and verified; this worker has not applied it.</summary>
    AfterReduceBeforeApply,

    /// <summary>The step is applied and reported.</summary>
    AfterApply,

    /// <summary>Before each write of a checkpoint: a file, its rename, the manifest.</summary>
    WhileCheckpointing,

    /// <summary>A replica has been restored from another's state and has not yet said so.</summary>
    WhileJoining,

    /// <summary>A coordinator has written a generation and has not yet sent it to any worker.</summary>
    AfterGenerationWritten,
}
