using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;
using Sheaf.Specs;

namespace Sheaf.Tests.Unit.Silo.Coordination;

public class PolicyTests
{
    [Fact]
    public void LeasePlanner_EnsureContiguousRangesAsEqualAsPossible()
    {
        for (var shards = 1; shards <= 20; shards++)
        {
            for (var workers = 1; workers <= shards; workers++)
            {
                var leases = LeasePlanner.Plan(shards, workers);
                Assert.Equal(Enumerable.Range(0, workers), leases.Select(lease => lease.Worker));
                Assert.Equal(Enumerable.Range(0, shards), leases.SelectMany(lease => Enumerable.Range(lease.Shards.First, lease.Shards.Count)));
                Assert.InRange(leases.Max(lease => lease.Shards.Count) - leases.Min(lease => lease.Shards.Count), 0, 1);
            }
        }
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(2, 0)]
    [InlineData(0, 1)]
    public void LeasePlanner_EnsureImpossibleSplitsAreRefused(int shards, int workers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LeasePlanner.Plan(shards, workers));

    [Theory]
    [InlineData(0, null, 1000, 8)]
    [InlineData(0, null, 3, 3)]
    [InlineData(100, 0.01, 1000, 200)]
    [InlineData(100, 5.0, 1000, 101)]
    [InlineData(950, 0.01, 1000, 1000)]
    public void UntilPolicy_EnsureAboutASecondOfWorkAheadAndNeverBeyondTheEnd(long applied, double? secondsPerStep, long total, long expected) =>
        Assert.Equal(expected, UntilPolicy.Horizon(applied, secondsPerStep, total, new()));

    [Theory]
    [InlineData(1, 0.4, 102)]
    [InlineData(1, 30.0, 101)]
    [InlineData(10, 0.4, 120)]
    [InlineData(1000, 0.4, 200)]
    public void UntilPolicy_EnsureASecondOfWorkCountsEvaluationsToo(long every, double seconds, long expected) =>
        Assert.Equal(expected, UntilPolicy.Horizon(100, 0.01, 100_000, new(), end => seconds * ((end / every) - (100 / every))));

    [Fact]
    public void UntilPolicy_EnsureFewExtensions()
    {
        var (planned, extensions) = (0L, 0);
        for (long applied = 0; applied < 10_000; applied++)
        {
            var horizon = UntilPolicy.Horizon(applied, 0.001, 10_000, new());
            if (UntilPolicy.IsDue(planned, applied, horizon, 10_000))
            {
                (planned, extensions) = (horizon, extensions + 1);
            }

            Assert.True(planned > applied, "The workers would have to wait.");
        }

        // The last second is extended with every call; before it, four times a second.
        Assert.InRange(extensions, 30, 45);
    }

    [Fact]
    public void DirectivePlanner_EnsureBoundariesInTheOrderOfThePlan()
    {
        var planner = new DirectivePlanner(Runs.Plan(epochs: 2), 0);
        Assert.True(planner.Extend(4));
        Assert.True(planner.Extend(15));
        Assert.False(planner.Extend(15));
        Assert.True(planner.Extend(99));
        Assert.Equal(
            [
                (DirectiveKind.Run, 4L), (DirectiveKind.Run, 10), (DirectiveKind.Evaluate, 10), (DirectiveKind.Checkpoint, 10), (DirectiveKind.Run, 15),
                    (DirectiveKind.Run, 20),
                (DirectiveKind.Evaluate, 20), (DirectiveKind.Evaluate, 20), (DirectiveKind.Checkpoint, 20), (DirectiveKind.Finish, 20),
            ],
            planner.After(-1).Select(directive => (directive.Kind, directive.Step)));
        Assert.Equal(Enumerable.Range(0, 10).Select(number => (long)number), planner.After(-1).Select(directive => directive.Sequence));
        Assert.Equal(
            [RowSetKind.Validation, RowSetKind.Test],
            planner.After(5).Where(directive => directive.Kind == DirectiveKind.Evaluate).Select(directive => directive.Rows));
        Assert.Equal(9, planner.FinishSequence);
        Assert.False(planner.Extend(200));
    }

    [Fact]
    public void DirectivePlanner_EnsureADrainWritesACheckpointOnceAndClosesTheList()
    {
        var planner = new DirectivePlanner(Runs.Plan(), 0);
        planner.Extend(10);
        planner.Drain(checkpoint: true);
        planner.Drain(checkpoint: true);
        Assert.Equal(
            [DirectiveKind.Run, DirectiveKind.Evaluate, DirectiveKind.Checkpoint, DirectiveKind.Finish], planner.After(-1).Select(directive => directive.Kind));

        planner = new(Runs.Plan(), 0);
        planner.Extend(7);
        planner.Drain(checkpoint: true);
        Assert.Equal([DirectiveKind.Run, DirectiveKind.Checkpoint, DirectiveKind.Finish], planner.After(-1).Select(directive => directive.Kind));
        Assert.Equal(7, planner.LastCheckpoint);
    }

    [Theory]
    [InlineData(-1, -1, new[] { DirectiveKind.Evaluate, DirectiveKind.Checkpoint })]
    [InlineData(10, -1, new[] { DirectiveKind.Checkpoint })]
    [InlineData(-1, 10, new[] { DirectiveKind.Evaluate })]
    [InlineData(10, 10, new DirectiveKind[0])]
    public void DirectivePlanner_EnsureWhatABrokenGenerationLeftUndoneAtItsLastBoundary(long evaluated, long checkpointed, DirectiveKind[] expected) =>
        Assert.Equal(
        expected,
        new DirectivePlanner(Runs.Plan(), 10, evaluated, checkpointed < 0 ? [] : [Runs.Checkpoint(checkpointed)])
            .After(-1).Select(directive => directive.Kind));

    [Fact]
    public void DirectivePlanner_GoesOnAfterAnEvaluationOnlyOnceItIsDecidedOn()
    {
        var planner = new DirectivePlanner(Runs.Plan(), 0, decisions: new());
        Assert.True(planner.Extend(99));
        Assert.Equal([(DirectiveKind.Run, 10L), (DirectiveKind.Evaluate, 10)], Steps(planner));
        Assert.Equal(10, planner.Undecided);
        Assert.False(planner.Extend(99));

        planner.Decide(new() { Evaluated = 10, Rates = [new(10, 0.01)] });
        Assert.True(planner.Extend(99));
        Assert.Equal([(DirectiveKind.Checkpoint, 10L), (DirectiveKind.Run, 20), (DirectiveKind.Evaluate, 20)], Steps(planner).Skip(2));
        Assert.Equal([null, 0.01], planner.After(-1).Where(directive => directive.Kind == DirectiveKind.Run).Select(directive => directive.Rate));
    }

    [Fact]
    public void DirectivePlanner_TrainsBeyondTheBestOnlyOnceItsCheckpointCounts()
    {
        var planner = new DirectivePlanner(Runs.Plan(checkpoint: new(1000, IntervalUnit.Step)), 0, decisions: new());
        planner.Extend(99);
        planner.Decide(new() { Evaluated = 10, Best = Runs.Evaluation(10), BestValue = 0.5 });
        Assert.Equal([(DirectiveKind.Checkpoint, 10L)], Steps(planner).Skip(2));
        Assert.False(planner.Extend(99));

        planner.Count([Runs.Checkpoint(10)]);
        Assert.True(planner.Extend(99));
        Assert.Equal((DirectiveKind.Evaluate, 20L), Steps(planner).Last());
    }

    [Fact]
    public void DirectivePlanner_EndsWhereItIsStoppedAndTestsTheBest()
    {
        var planner = new DirectivePlanner(Runs.Plan(), 0, decisions: new());
        planner.Extend(99);
        planner.Decide(new() { Evaluated = 10, Best = Runs.Evaluation(10) });
        planner.Count([Runs.Checkpoint(10)]);
        planner.Extend(99);
        planner.Decide(new() { Evaluated = 20, Best = Runs.Evaluation(10), StoppedAt = 20 });

        Assert.True(planner.EndsPlan);
        Assert.Equal(20, planner.Plan.TotalSteps);
        Assert.Equal(
            [DirectiveKind.Evaluate, DirectiveKind.Evaluate, DirectiveKind.Checkpoint, DirectiveKind.Finish],
            planner.After(-1).Select(each => each.Kind).TakeLast(4));
        var test = planner.After(-1).Single(directive => directive.Rows == RowSetKind.Test);
        Assert.Equal((20L, "/checkpoints/10-1"), (test.Step, test.Weights));
    }

    [Theory]
    [InlineData(10, 10, new DirectiveKind[0])]
    [InlineData(0, 10, new DirectiveKind[0])]
    [InlineData(0, -1, new[] { DirectiveKind.Evaluate })]
    public void DirectivePlanner_AfterABrokenGeneration_EvaluatesOnlyWhatNobodyKnows(long decided, long evaluated, DirectiveKind[] expected)
    {
        var planner = new DirectivePlanner(Runs.Plan(), 10, evaluated, [Runs.Checkpoint(10)], new() { Evaluated = decided });
        Assert.Equal(expected, planner.After(-1).Select(directive => directive.Kind));
        Assert.Equal(decided < 10 ? 10 : null, planner.Undecided);
    }

    [Fact]
    public void DirectivePlanner_ThatGoesOnFromBeforeTheBest_WritesItsCheckpointAgain()
    {
        var decisions = new RunDecisions { Evaluated = 20, Best = Runs.Evaluation(20), BestBefore = 10, Rates = [new(10, 0.01), new(20, 0.001)] };
        var planner = new DirectivePlanner(Runs.Plan(checkpoint: new(1000, IntervalUnit.Step)), 10, 10, [Runs.Checkpoint(10)], decisions);
        planner.Extend(99);
        Assert.Equal([(DirectiveKind.Run, 20L), (DirectiveKind.Evaluate, 20), (DirectiveKind.Checkpoint, 20)], Steps(planner));
        Assert.Equal(0.01, planner.After(-1)[0].Rate);
        Assert.False(planner.Extend(99));
    }

    [Fact]
    public void DirectivePlanner_EnsureARunThatResumesAtItsEndOnlyFinishes() => Assert.Equal(
        [DirectiveKind.Evaluate, DirectiveKind.Evaluate, DirectiveKind.Checkpoint, DirectiveKind.Finish],
        new DirectivePlanner(Runs.Plan(), 30).After(-1).Select(directive => directive.Kind));

    [Fact]
    public void ThroughputMeter_EnsureOnlyTheTimeOfStepsCounts()
    {
        var meter = new ThroughputMeter(3, 1000, 2);
        meter.Add([Commit(0, 100, 500_000), Commit(1, 100, 500_000)]);
        Assert.Equal(1200 / 3.0, meter.SamplesPerSecond, 9);
        Assert.Equal(200, meter.RecentSamplesPerSecond, 9);
        Assert.Equal(0.5, meter.SecondsPerStep!.Value, 9);
        for (var step = 2; step < 100; step++)
        {
            meter.Add([Commit(step, 100, 100_000)]);
        }

        Assert.Equal(10, meter.RecentStepsPerSecond, 6);
    }

    private static StepCommit Commit(long step, int samples, long microseconds) => new()
    {
        Step = step, Generation = 1, Loss = 1, Metrics = [], Samples = samples, LearningRate = 1, GradientHash = 1, SampleDigests = [],
        ComputeMicroseconds = [], StepMicroseconds = microseconds,
    };

    private static IEnumerable<(DirectiveKind, long)> Steps(DirectivePlanner planner) =>
        planner.After(-1).Select(directive => (directive.Kind, directive.Step));
}
