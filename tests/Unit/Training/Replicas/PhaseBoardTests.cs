using Sheaf.Records;
using Sheaf.Training.Faults;
using Sheaf.Training.Replicas;

namespace Sheaf.Tests.Unit.Training.Replicas;

public sealed class PhaseBoardTests
{
    [Fact]
    public void Read_EnsurePhaseStepAndTimeInIt()
    {
        var time = new FakeTimeProvider();
        var board = new PhaseBoard(time, 7);
        Assert.Equal((WorkerPhase.Loading, 7L, 3), (board.Read(3).Phase, board.Read(3).Step, board.Read(3).Worker));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, board.Read(3).Seconds);
        board.Enter(WorkerPhase.Reducing, 1L << 40);
        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal((WorkerPhase.Reducing, 1L << 40, 0.5), (board.Read(3).Phase, board.Read(3).Step, board.Read(3).Seconds));
    }

    [Fact]
    public async Task Activity_EnsureTheOneThatComputesAndTheOneThatWaitsAreTold()
    {
        var (spec, data) = (TinyRun.Spec(TinyRun.Perceptron, shards: 2), TinyRun.Classes());
        using var gate = new ManualResetEventSlim();
        var faults = new ScriptedFaults();
        using var slow = faults.Arm(FaultPoint.BeforeReduce, 1, 2, () => gate.Wait(TestContext.Current.CancellationToken));
        var leases = TinyRun.Leases(2, 2);
        using var group = TinyRun.Group(spec, data, leases);
        var outcome = new TinyRun.Outcome();
        var workers = leases.Select(lease => new TrainingWorker(TinyRun.Options(spec, data, lease) with { Faults = faults }, group,
            outcome.SinkOf(lease.Worker), TimeProvider.System)).ToList();
        foreach (var worker in workers)
        {
            worker.Start();
            worker.Submit(new(0, DirectiveKind.Run, 5));
        }

        await slow.Fired.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => workers[0].Activity is { Phase: WorkerPhase.Reducing, Step: 2 }, TimeSpan.FromMinutes(1)));
        Assert.Equal((WorkerPhase.Computing, 2L), (workers[1].Activity.Phase, workers[1].Activity.Step));
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => workers.TrueForAll(worker => worker.Activity is { Phase: WorkerPhase.Idle, Step: 5 }), TimeSpan.FromMinutes(1)));
        workers.ForEach(worker => worker.Dispose());
        Assert.All(workers, worker => Assert.Equal(WorkerPhase.Ended, worker.Activity.Phase));
    }
}
