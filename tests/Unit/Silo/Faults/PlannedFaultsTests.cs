using System.Text.Json;
using Sheaf.Silo.Faults;
using Sheaf.Training;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Unit.Silo.Faults;

public sealed class PlannedFaultsTests : IDisposable
{
    private readonly string _log = Path.Combine(Directory.CreateTempSubdirectory("sheaf-faults-").FullName, "faults.jsonl");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_log)!, recursive: true);

    [Fact]
    public void Hit_EnsureAFaultStrikesOnceAtItsPointWorkerAndStep_AndIsLogged()
    {
        var faults = Plan("before-compute@1:100=throw");

        faults.Hit(FaultPoint.BeforeCompute, 1, 99);
        faults.Hit(FaultPoint.BeforeCompute, 0, 100);
        faults.Hit(FaultPoint.BeforeReduce, 1, 100);
        Assert.False(File.Exists(_log));

        var error = Assert.Throws<InjectedFaultException>(() => faults.Hit(FaultPoint.BeforeCompute, 1, 100));
        faults.Hit(FaultPoint.BeforeCompute, 1, 100);

        Assert.Equal((FaultPoint.BeforeCompute, 1, 100), (error.Point, error.Worker, error.Step));
        var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(_log))).RootElement;
        Assert.Equal("before-compute@1:100=throw", line.GetProperty("fault").GetString());
        Assert.Equal(("before-compute", 1, 100, "throw", Environment.ProcessId), (
            line.GetProperty("point").GetString(), line.GetProperty("worker").GetInt32(), line.GetProperty("step").GetInt64(),
            line.GetProperty("action").GetString(), line.GetProperty("pid").GetInt32()));
    }

    [Fact]
    public void Hit_EnsureTheNthHitIsTheOneThatStrikes()
    {
        var faults = Plan("while-checkpointing@*:200#3=user-exception");

        faults.Hit(FaultPoint.WhileCheckpointing, 0, 200);
        faults.Hit(FaultPoint.WhileCheckpointing, 5, 200);

        Assert.Equal(200, Assert.Throws<TrainingException>(() => faults.Hit(FaultPoint.WhileCheckpointing, 0, 200)).Step);
        faults.Hit(FaultPoint.WhileCheckpointing, 0, 200);
    }

    [Fact]
    public void Hit_EnsureAFaultOfEveryHitStrikesAlwaysAndIsLoggedOnce()
    {
        var faults = Plan("before-compute@1:*#*=throw");

        Assert.Throws<InjectedFaultException>(() => faults.Hit(FaultPoint.BeforeCompute, 1, 1));
        Assert.Throws<InjectedFaultException>(() => faults.Hit(FaultPoint.BeforeCompute, 1, 2));

        Assert.Single(File.ReadAllLines(_log));
    }

    [Fact]
    public void Hit_EnsureAFaultStrikesInOneOfTheProcessesThatShareTheLog()
    {
        var (one, other) = (Plan("before-compute@1:100=throw"), Plan("before-compute@1:100=throw"));

        Assert.Throws<InjectedFaultException>(() => one.Hit(FaultPoint.BeforeCompute, 1, 100));
        other.Hit(FaultPoint.BeforeCompute, 1, 100);

        Assert.Single(File.ReadAllLines(_log));
    }

    [Fact]
    public void FaultFile_EnsureAPlanIsReadAgainWhenItChanges_AndAcknowledgedWithItsMistakes()
    {
        var time = new ManualTicks();
        var plans = new List<IReadOnlyList<PlannedFault>>();
        var plan = _log + ".plan";
        using var file = new FaultFile(plan, new(_log, time), time, plans.Add);

        File.WriteAllText(plan, "# first\nbefore-compute@1:100=throw");
        time.Tick();
        time.Tick();
        File.WriteAllText(plan, "# second\nbefore-lunch@1:100=throw");
        time.Tick();

        Assert.Equal([0, 1, 0], plans.Select(p => p.Count));
        var armed = File.ReadAllLines(_log).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("armed").GetString()!).ToArray();
        Assert.Equal(["", "# first\nbefore-compute@1:100=throw"], armed[..2]);
        Assert.Contains("there is no point 'before-lunch'", armed[2], StringComparison.Ordinal);
        Assert.Equal(3, armed.Length);
    }

    [Fact]
    public void Hit_EnsureADelayBlocksTheThreadForItsTimeAndNoLonger()
    {
        var time = new FiringTime();
        new PlannedFaults(FaultPlan.Parse("before-compute@0:1=delay:50"), new(null, time), time).Hit(FaultPoint.BeforeCompute, 0, 1);

        Assert.Equal([TimeSpan.FromMilliseconds(50)], time.Waits);
    }

    private PlannedFaults Plan(string plan) => new(FaultPlan.Parse(plan), new(_log, TimeProvider.System), TimeProvider.System);

    /// <summary>Every timer is due at once.</summary>
    private sealed class FiringTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    /// <summary>One timer, which is due when the test says so.</summary>
    private sealed class ManualTicks : TimeProvider
    {
        private TimerCallback? _callback;

        public void Tick() => _callback!(null);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return base.CreateTimer(_ => { }, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
