using Sheaf.Api.Diagnosis;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Tests.Unit.Api.Diagnosis;

public sealed class WhyExplainerTests
{
    [Fact]
    public void OneWorkerNeedsLongerBeforeTheBarrier_ItIsNamedWithTheNumbers()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, compute: 0.020), Worker(1, compute: 0.048), Worker(2, compute: 0.022)));

        Assert.Equal((WhyVerdict.Slow, 1, "silo-1", "computing"), (answer.Verdict, answer.Worker, answer.Silo, answer.Phase));
        Assert.Contains("48 ms", answer.Cause, StringComparison.Ordinal);
        Assert.Contains("21 ms", answer.Cause, StringComparison.Ordinal);
        Assert.Equal("drain silo-1", answer.Next[0]);
    }

    [Fact]
    public void OneWorkerHasMoreShards_TheLeasesAreBlamedAndNotItsSilo()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, shards: 3, compute: 0.030), Worker(1, first: 3, shards: 1, compute: 0.0101),
            Worker(2, first: 4, shards: 1, compute: 0.010)));

        Assert.Equal((WhyVerdict.Slow, 0), (answer.Verdict, answer.Worker));
        Assert.Contains("3 of the 4 shards", answer.Cause, StringComparison.Ordinal);
        Assert.Equal("scale e --workers 2", answer.Next[0]);
    }

    [Fact]
    public void AllWorkersNeedTheSame_NothingStandsOut()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, compute: 0.020), Worker(1, compute: 0.022)) with { StepSeconds = 0.025 });

        Assert.Equal((WhyVerdict.Healthy, (int?)null), (answer.Verdict, answer.Worker));
        Assert.Contains("step 50 of 100, 40 steps/s", answer.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void OneWorkerComputesAndTheOthersWait_ItIsTheOneThatIsStuck()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, WorkerPhase.Reducing, 40), Worker(1, WorkerPhase.Computing, 41),
            Worker(2, WorkerPhase.Reducing, 40)) with
        { SecondsSinceCommit = 41, StepSeconds = 0.02 });

        Assert.Equal((WhyVerdict.Stuck, 1, "silo-1", "computing"), (answer.Verdict, answer.Worker, answer.Silo, answer.Phase));
        Assert.Contains("since 41 s", answer.Cause, StringComparison.Ordinal);
        Assert.Contains("Workers 0, 2 wait for it at the barrier.", answer.Cause, StringComparison.Ordinal);
        Assert.Equal("logs e --worker 1", answer.Next[0]);
    }

    [Fact]
    public void SiloOfAWorkerIsSilent_ThatIsTheCause()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, WorkerPhase.Reducing, 9),
            Worker(1, WorkerPhase.Computing, 9) with { SecondsSinceReport = 9 }) with
        { SecondsSinceCommit = 9 });

        Assert.Equal((WhyVerdict.Stuck, 1, "silo-1"), (answer.Verdict, answer.Worker, answer.Silo));
        Assert.Contains("has not reported for 9.0 s", answer.Cause, StringComparison.Ordinal);
        Assert.Equal("cluster", answer.Next[0]);
    }

    [Fact]
    public void SiloOfAWorkerIsDead_ThatIsTheCause()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, WorkerPhase.Reducing, 9),
            Worker(1, WorkerPhase.Reducing, 9) with { SiloStatus = "dead" }) with
        { SecondsSinceCommit = 9 });

        Assert.Equal((WhyVerdict.Stuck, 1), (answer.Verdict, answer.Worker));
        Assert.Contains("is dead", answer.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void AllWorkersAreAtTheBarrier_TheExchangeBetweenSilosIsTheCause()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, WorkerPhase.Reducing, 8), Worker(1, WorkerPhase.Reducing, 9)) with { SecondsSinceCommit = 9 });

        Assert.Equal((WhyVerdict.Stuck, "reducing"), (answer.Verdict, answer.Phase));
        Assert.Contains("the exchange between their silos", answer.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void AllWorkersAreIdle_TheyWaitForTheCoordinator()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, WorkerPhase.Idle, 30), Worker(1, WorkerPhase.Idle, 30)) with
        {
            SecondsSinceCommit = 30,
            Troubles = ["a write waits for the database"]
        });

        Assert.Equal((WhyVerdict.Troubled, "", "waits for the coordinator"), (answer.Verdict, answer.Silo, answer.Phase));
        Assert.Contains("A write waits for the database.", answer.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunState.Running, WorkerPhase.Idle, 0.1)]
    [InlineData(RunState.Running, WorkerPhase.Computing, 0.1)]
    [InlineData(RunState.Running, WorkerPhase.Ended, 60)]
    [InlineData(RunState.Starting, WorkerPhase.Loading, 60)]
    public void ATrouble_IsNeverCalledHealthyAndNeverBlamesASilo(RunState state, WorkerPhase phase, double still)
    {
        var answer = Explain(
            Health(state, Worker(0, phase, still)) with { SecondsSinceCommit = still, Troubles = ["the checkpoint of step 8 could not be written"] });

        Assert.Equal((WhyVerdict.Troubled, ""), (answer.Verdict, answer.Silo));
        Assert.Contains("The checkpoint of step 8 could not be written.", answer.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain(answer.Next, next => next.StartsWith("drain", StringComparison.Ordinal));
    }

    [Fact]
    public void LongStepsAreNotStuck()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, WorkerPhase.Computing, 20),
            Worker(1, WorkerPhase.Computing, 20)) with
        { SecondsSinceCommit = 20, StepSeconds = 15 });

        Assert.Equal(WhyVerdict.Healthy, answer.Verdict);
    }

    [Fact]
    public void LongEvaluation_IsSaidAndIsNotStuck()
    {
        var answer = Explain(Health(RunState.Running, Worker(0, WorkerPhase.Evaluating, 60),
            Worker(1, WorkerPhase.Evaluating, 61)) with
        { SecondsSinceCommit = 61, StepSeconds = 0.1 });

        Assert.Equal((WhyVerdict.Healthy, "evaluating"), (answer.Verdict, answer.Phase));
    }

    [Fact]
    public void Queued_SaysWhatIsMissingAndLooksAtWhoHasIt()
    {
        var health = Health(RunState.Queued) with
        {
            Run = Run(RunState.Queued) with
            {
                Reason = "waits for 2 devices: 0 of 2 free, 'other' has 2; 1 "
            + "before it in the queue"
            }
        };

        var answer = WhyExplainer.Explain(Facts(health) with { Pool = [Silo("silo-0", "other"), Silo("silo-1", "other")] });

        Assert.Equal((WhyVerdict.Queued, "waits for devices"), (answer.Verdict, answer.Phase));
        Assert.Contains("'other' has 2; 1 before it", answer.Cause, StringComparison.Ordinal);
        Assert.Equal("why other", answer.Next[0]);
    }

    [Fact]
    public void Recovering_SaysSinceWhenWhichSiloWasLostAndWhomItWaitsFor()
    {
        var health = Health(RunState.Recovering, Worker(0, WorkerPhase.Loading, 3), Worker(1, WorkerPhase.Idle, 3)) with
        {
            Run = Run(RunState.Recovering) with { Reason = "silo 'silo-2' was lost", Workers = [Place(0), Place(1)] },
            SecondsInState = 4,
        };

        var answer = WhyExplainer.Explain(Facts(health) with { Silos = new Dictionary<string, string> { ["silo-0"] = "active", ["silo-2"] = "dead" } });

        Assert.Equal((WhyVerdict.Recovering, 0, "silo-2"), (answer.Verdict, answer.Worker, answer.Silo));
        Assert.Contains("since 4.0 s: silo 'silo-2' was lost.", answer.Cause, StringComparison.Ordinal);
        Assert.Contains("It waits for worker 0 on cpu:0 of silo 'silo-0', which is loading data and state", answer.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunState.Failed, WhyVerdict.Dead, "It failed at step 50 of 100: step 50, shard 2: the loss is NaN.", "logs e")]
    [InlineData(RunState.Cancelled, WhyVerdict.Dead, "A user cancelled it", "describe e")]
    [InlineData(RunState.Completed, WhyVerdict.Completed, "completed all of its 100 steps", "describe e")]
    [InlineData(RunState.Paused, WhyVerdict.Paused, "paused by a user at step 50", "resume e")]
    public void RunThatDoesNotRun_SaysWhyAndWhatToDo(RunState state, WhyVerdict verdict, string cause, string next)
    {
        var answer = Explain(Health(state) with { Run = Run(state) with { Reason = "step 50, shard 2: the loss is NaN" } });

        Assert.Equal(verdict, answer.Verdict);
        Assert.Contains(cause, answer.Cause, StringComparison.Ordinal);
        Assert.Equal(next, answer.Next[0]);
    }

    [Fact]
    public void CoordinatorCannotBeReached_ThatIsTheAnswer()
    {
        var answer = WhyExplainer.Explain(Facts(null) with
        {
            CoordinatorFailure = "it did not answer within 1 s",
            Recorded = Run(RunState.Running),
            Pool = [Silo("silo-2", null) with { Coordinates = ["e"] }],
            Silos = new Dictionary<string, string> { ["silo-0"] = "active", ["silo-1"] = "active", ["silo-2"] = "dead" },
        });

        Assert.Equal((WhyVerdict.Unreachable, "silo-2"), (answer.Verdict, answer.Silo));
        Assert.Contains(
            "Silo 'silo-0', which was asked, cannot reach the coordinator of 'e': it did not answer within 1 s.", answer.Cause, StringComparison.Ordinal);
        Assert.Contains("last known on silo 'silo-2', which is dead", answer.Cause, StringComparison.Ordinal);
        Assert.Equal("cluster", answer.Next[0]);
    }

    [Fact]
    public void CoordinatorCannotBeReachedButTheRunHasEnded_ThatIsTheAnswer()
    {
        var answer = WhyExplainer.Explain(Facts(null) with { CoordinatorFailure = "no answer", Recorded = Run(RunState.Completed) });

        Assert.Equal(WhyVerdict.Completed, answer.Verdict);
    }

    private static WhyAnswer Explain(RunHealth health) => WhyExplainer.Explain(Facts(health));

    private static WhyFacts Facts(RunHealth? health) =>
        new()
        {
            ExperimentId = "e", Asked = "silo-0", Health = health, Silos = new Dictionary<string,
            string>
            { ["silo-0"] = "active", ["silo-1"] = "active" }
        };

    private static RunHealth Health(RunState state, params WorkerHealth[] workers) => new()
    {
        Run = Run(state) with { Workers = workers.Select(worker => worker.Place).ToArray() },
        CoordinatorSilo = "silo-0",
        Workers = workers,
        Survivability = "",
        SecondsSinceCommit = 0.1,
    };

    private static RunSnapshot Run(RunState state) => new()
    {
        Id = "e", Name = "e", State = state, Desired = DesiredState.Run, Reason = "", Generation = 3, Step = 50, TotalSteps = 100, StepsPerEpoch = 10,
        Epochs = 10, Shards = 4,
        TrainingSamples = 160, MetricNames = [], Reduction = "auto", Submitted = DateTimeOffset.UnixEpoch,
    };

    private static WorkerPlace Place(int number, int first = -1, int shards = 1) =>
        new() { Number = number, Silo = $"silo-{number}", Device = "cpu:0", Shards = new(first < 0 ? number : first, shards), SiloAddress = $"S{number}" };

    private static WorkerHealth Worker(
        int number, WorkerPhase phase = WorkerPhase.Computing, double seconds = 0.01, int first = -1, int shards = 1, double? compute = null) => new()
        {
            Place = Place(number, first, shards), Phase = phase, Step = 50, SecondsInPhase = seconds, ComputeSeconds = compute, SecondsSinceReport = 0.2,
            SiloStatus = "active",
        };

    private static SiloInfo Silo(string name, string? user) => new()
    {
        Name = name, Address = name, Pid = 1, Version = "", Fingerprint = "",
        Devices = [new() { Name = "cpu:0", Model = "", MemoryBytes = 0, ExperimentId = user }],
    };
}
