namespace Sheaf.Silo.Faults;

/// <summary>What a planned fault does to the process or to the thread that hits its point.</summary>
public enum FaultAction
{
    /// <summary>The machine's fault: the thread gets an <see cref="Sheaf.Training.Faults.InjectedFaultException"/>; another worker may succeed.</summary>
    Throw,

    /// <summary>The run's own fault, as a user's code makes it: a <see cref="Sheaf.Training.TrainingException"/>; the run fails.</summary>
    UserException,

    /// <summary>SIGKILL to this process.</summary>
    Kill,

    /// <summary>SIGSTOP to this process; the test sends SIGCONT.</summary>
    Stop,

    /// <summary>The process exits with code 70, without a message to any other.</summary>
    Exit,

    /// <summary>The thread is blocked for some milliseconds.</summary>
    Delay,
}
