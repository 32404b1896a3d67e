using Sheaf.Contracts.Messages;
using Sheaf.Training.Data;

namespace Sheaf.Training.Replicas;

/// <summary>Whose fault it is that a worker stopped.</summary>
internal static class WorkerFaults
{
    /// <summary>A fault of the machine (memory, disk, a GPU, an injected one) may not happen elsewhere; anything else that training throws would.</summary>
    /// <param name="step">The first that was not applied.</param>
    public static WorkerFailure Describe(Exception e, long step, WorkerOptions options) => e is TrainingException training
        ? new() { Step = training.Step, Shard = training.Shard, OfTheRun = true, Message = training.Message }
        : new()
        {
            Step = step,
            OfTheRun = e is not (OutOfMemoryException or IOException or Faults.InjectedFaultException or DllNotFoundException or TypeInitializationException) && !options.Computing.IsFault(e),
            Message = e is DataException ? e.Message : Causes.Of(e),
        };
}
