namespace Sheaf.Records;

/// <summary>What a device thread is doing.</summary>
public enum WorkerPhase
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>Reads data, builds the model, takes its state.</summary>
    Loading,

    /// <summary>Has done all it was told; waits for the coordinator.</summary>
    Idle,

    /// <summary>Computes its shards of a step.</summary>
    Computing,

    /// <summary>Is at the barrier: sends, receives, waits for other workers.</summary>
    Reducing,

    /// <summary>Applies the reduced gradient.</summary>
    Applying,

    Evaluating,

    /// <summary>Copies its state for a checkpoint.</summary>
    Capturing,

    /// <summary>The thread has ended; the state is kept.</summary>
    Ended,
}
