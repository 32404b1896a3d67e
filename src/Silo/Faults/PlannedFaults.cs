using System.Runtime.InteropServices;
using Sheaf.Training;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Faults;

/// <summary>
/// Strikes where a plan says so. For tests of whole processes: <c>SHEAF_FAULTS</c> holds the plan (<see cref="FaultPlan"/>), <c>SHEAF_FAULTS_LOG</c> names
/// the file that proves what fired (<see cref="FaultLog"/>). Without the first every point is passed. A fault strikes once, unless its step is <c>*</c>:
/// then always, and only the first time is logged. Thread-safe.
/// </summary>
public sealed partial class PlannedFaults : IFaultInjector
{
    public const string PlanVariable = "SHEAF_FAULTS";
    public const string LogVariable = "SHEAF_FAULTS_LOG";
    public const int ExitCode = 70;

    private readonly (PlannedFault Fault, StrongBox Hits)[] _faults;
    private readonly FaultLog _log;
    private readonly TimeProvider _time;

    public PlannedFaults(IReadOnlyList<PlannedFault> faults, FaultLog log, TimeProvider time)
    {
        _faults = [.. faults.Select(fault => (fault, new StrongBox()))];
        (_log, _time) = (log, time);
    }

    /// <exception cref="FormatException">The plan is wrong; lists all mistakes.</exception>
    public static IFaultInjector FromEnvironment(TimeProvider time) => Environment.GetEnvironmentVariable(PlanVariable) is { Length: > 0 } plan
        ? new PlannedFaults(FaultPlan.Parse(plan), new(Environment.GetEnvironmentVariable(LogVariable), time), time)
        : NoFaults.Instance;

    public void Hit(FaultPoint point, int worker, long step)
    {
        foreach (var (fault, hits) in _faults)
        {
            if (!fault.Matches(point, worker, step))
            {
                continue;
            }

            var hit = Interlocked.Increment(ref hits.Value);
            if (hit == fault.Hit)
            {
                _log.Write(fault, worker, step);
            }

            if (hit == fault.Hit || (fault.Step is null && hit > fault.Hit))
            {
                Strike(fault, worker, step);
            }
        }
    }

    private void Strike(PlannedFault fault, int worker, long step)
    {
        switch (fault.Action)
        {
            case FaultAction.Throw:
                throw new InjectedFaultException(fault.Point, worker, step);
            case FaultAction.UserException:
                throw new TrainingException($"Injected: what a user's code may throw at {fault.Point} of worker {worker}.", step, null);
            case FaultAction.Kill:
                Signal(Environment.ProcessId, 9);
                break;
            case FaultAction.Stop:
                // SIGSTOP is 19 on Linux for x86 and Arm.
                Signal(Environment.ProcessId, 19);
                break;
            case FaultAction.Exit:
                Environment.Exit(ExitCode);
                break;
            case FaultAction.Delay:
                Block(fault.Delay);
                break;
            default:
                throw new InvalidOperationException($"The action {fault.Action} is unknown.");
        }
    }

    private void Block(TimeSpan delay)
    {
        using var over = new ManualResetEventSlim();
        using var timer = _time.CreateTimer(_ => over.Set(), null, delay, Timeout.InfiniteTimeSpan);
        over.Wait();
    }

    private static void Signal(int process, int signal)
    {
        if (NativeKill(process, signal) != 0)
        {
            throw new InvalidOperationException($"kill({process}, {signal}) failed with error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);

    private sealed class StrongBox
    {
        public int Value;
    }
}
