namespace Sheaf.Bench.Chaos;

internal enum ChaosKind
{
    /// <summary>SIGKILL to a silo that holds a worker.</summary>
    KillWorker,

    /// <summary>SIGKILL to the silo of the coordinator.</summary>
    KillCoordinator,

    /// <summary>SIGSTOP until the others have declared it dead, then SIGCONT.</summary>
    Freeze,

    /// <summary>SIGSTOP for 50 to 400 ms: maybe not noticed at all.</summary>
    Blink,

    /// <summary>Another number of workers.</summary>
    Scale,

    /// <summary>Drained, stopped in order.</summary>
    Drain,

    /// <summary>The database crashes and is back after 30 s.</summary>
    NoDatabase,

    /// <summary>The object store of the checkpoints fails for 30 s.</summary>
    NoStore,
}
