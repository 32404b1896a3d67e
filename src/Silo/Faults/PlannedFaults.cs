using System.Runtime.InteropServices;
using Sheaf.Training;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Faults;

/// <summary>
/// Strikes where a plan says so. For tests of whole processes: the variable <c>SHEAF_FAULTS</c> holds the plan (<see cref="FaultPlan"/>), or <c>@FILE</c> with
/// the path of a file that holds it and may change (<see cref="FaultFile"/>); <c>SHEAF_FAULTS_LOG</c> names the file that proves what fired (<see
/// cref="FaultLog"/>). Without the first every point is passed. A fault strikes once among all processes that share the log, also after a restart, unless it
/// asks for every hit: then the first one of each process is logged. Thread-safe.
/// </summary>
public sealed partial class PlannedFaults : IFaultInjector, IDisposable
{
    public const string PlanVariable = "SHEAF_FAULTS";
    public const string LogVariable = "SHEAF_FAULTS_LOG";
    public const int ExitCode = 70;

    private readonly FaultLog _log;
    private readonly TimeProvider _time;
    private readonly FaultFile? _file;
    private volatile Counted[] _faults = [];

    public PlannedFaults(IReadOnlyList<PlannedFault> faults, FaultLog log, TimeProvider time)
    {
        (_log, _time) = (log, time);
        Arm(faults);
    }

    private PlannedFaults(string file, FaultLog log, TimeProvider time)
    {
        (_log, _time) = (log, time);
        _file = new(file, log, time, Arm);
    }

    /// <exception cref="FormatException">The plan is wrong; lists all mistakes.</exception>
    public static IFaultInjector FromEnvironment(TimeProvider time)
    {
        var log = new FaultLog(Environment.GetEnvironmentVariable(LogVariable) is { Length: > 0 } path ? path : null, time);
        return Environment.GetEnvironmentVariable(PlanVariable) switch
        {
            null or "" => NoFaults.Instance,
            ['@', .. var file] => new PlannedFaults(file, log, time),
            var plan => new PlannedFaults(FaultPlan.Parse(plan), log, time),
        };
    }

    /// <summary>Replaces the plan; hits are counted from here.</summary>
    public void Arm(IReadOnlyList<PlannedFault> faults) => _faults = [.. faults.Select(fault => new Counted(fault))];

    public void Dispose() => _file?.Dispose();

    public void Hit(FaultPoint point, int worker, long step)
    {
        foreach (var counted in _faults)
        {
            var fault = counted.Fault;
            if (!fault.Matches(point, worker, step))
            {
                continue;
            }

            var hit = Interlocked.Increment(ref counted.Hits);
            if (fault.Hit is null)
            {
                if (hit == 1)
                {
                    _log.Write(fault, worker, step, once: false);
                }

                Strike(fault, worker, step);
            }
            else if (hit == fault.Hit && _log.Write(fault, worker, step, once: true))
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

    private sealed class Counted(PlannedFault fault)
    {
        public int Hits;

        public PlannedFault Fault { get; } = fault;
    }
}
