using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Unit.Silo.Workers;

public sealed class ExperimentHostTests
{
    private static readonly GenerationOptions Limits = new();

    [Fact]
    public async Task Survey_EnsureTheNextGenerationGoesOnFromMemoryWithOtherLeasesAndTheSameBits()
    {
        await using var cluster = new TinyCluster("a", "b");
        var first = cluster.Places(cluster[0], cluster[0], cluster[1]);
        cluster.Begin(1, first, null, new Directive(0, DirectiveKind.Run, 12));
        await Reached(cluster, 1, first, 12);
        var kept = await Survey(cluster, 2);
        Assert.All(kept, state => Assert.Equal((12L, 2L), (state.Step, state.Generation)));
        Assert.Equal(
            Enumerable.Range(0, 12).SelectMany(step => new[] { ((long)step, 0), (step, 1) }), kept[0].Records.Select(record => (record.Step, record.Worker)));
        Assert.Equal(12, kept[1].Records.Count);
        Assert.All(kept.SelectMany(state => state.Records), record => Assert.Equal(TinyCluster.Shards, record.SampleDigests.Count));
        Assert.Single(kept.SelectMany(state => state.Records).GroupBy(record => record.Step).Select(step => step.Select(record => string.Join(' ',
            record.SampleDigests)).Distinct().Count()).Distinct());

        var hash = await cluster.Finish(2, cluster.Places(cluster[1], cluster[1], cluster[0]), cluster.Memory(12, cluster[0], cluster[1]));
        Assert.Equal(await TinyCluster.Undisturbed(), hash);
        Assert.Equal(0, cluster[0].Fetches + cluster[1].Fetches);
        var ready = cluster.Coordinator.Reports.Where(report => report.Generation == 2).SelectMany(report => report.Ready).ToArray();
        Assert.Equal([0, 1, 2], ready.Select(worker => worker.Worker).Order());
        Assert.Single(ready.Select(worker => (worker.Step, worker.StateHash)).Distinct());
    }

    [Fact]
    public async Task Survey_EnsureWhoIsBehindCopiesTheStateOfWhoIsAhead()
    {
        await using var cluster = new TinyCluster("a", "b");
        using var broken = cluster[0].Faults.Arm(FaultPoint.AfterReduceBeforeApply, 0, 7);
        var places = cluster.Places(cluster[0], cluster[1]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 20));
        await cluster.Pumped(told => told.Reports.Any(report => report.Faults.Count > 0) && told.Steps.Any(step => step is { Worker: 1, Step: 7 }));
        var kept = await Survey(cluster, 2);
        Assert.Equal([7L, 8], kept.Select(state => state.Step!.Value));
        Assert.Equal([6L, 7], kept.Select(state => state.Records[^1].Step));

        var hash = await cluster.Finish(2, places, cluster.Memory(8, cluster[1]));
        Assert.Equal((1, 0), (cluster[0].Fetches, cluster[1].Fetches));
        Assert.Equal(await TinyCluster.Undisturbed(), hash);
        Assert.Contains(
            cluster.Coordinator.Reports.SelectMany(report => report.Notes),
            note => note.Contains("copied the state before step 8 from silo 'b'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Survey_EnsureAJoinerGetsTheStateThoughTheDonorsReplicaIsInUseAgain()
    {
        await using var cluster = new TinyCluster("a", "b");
        var alone = cluster.Places(cluster[0]);
        cluster.Begin(1, alone, null, new Directive(0, DirectiveKind.Run, 9), new(1, DirectiveKind.Finish, 9));
        await Reached(cluster, 1, alone, 9, sequence: 1);
        var both = cluster.Places(cluster[0], cluster[1]);
        await Prepared(cluster, cluster[1], cluster.Assign(1, both, 1));
        Assert.Equal([9L, null], (await Survey(cluster, 2)).Select(state => state.Step));

        Assert.Equal(await TinyCluster.Undisturbed(), await cluster.Finish(2, both, cluster.Memory(9, cluster[0])));
        Assert.Equal(1, cluster[1].Fetches);
    }

    [Fact]
    public async Task Survey_EnsureTheSameAnswerAgainAndNothingForWhoIsLate()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0]);
        cluster.Begin(3, places, null, new Directive(0, DirectiveKind.Run, 5));
        await Reached(cluster, 3, places, 5);
        var answer = await cluster[0].Run.Survey(5, cluster.Guard);
        var again = await cluster[0].Run.Survey(5, cluster.Guard);
        Assert.Equal((5L, 5L, 5), (answer.Step, again.Step, again.Records.Count));
        var late = await cluster[0].Run.Survey(4, cluster.Guard);
        Assert.Equal((5L, null, 0), (late.Generation, late.Step, late.Records.Count));
        Assert.False(cluster[0].Run.Start(cluster.Assign(4, places, 0)));
        Assert.False(cluster[0].Run.Direct(0, 3, [new Directive(1, DirectiveKind.Run, 9)]));
        cluster[0].Run.Stop(4, "late");
        Assert.Equal(5, (await cluster[0].Run.Survey(5, cluster.Guard)).Step);
    }

    [Fact]
    public async Task Stop_EnsureACheckpointThatIsBeingWrittenIsTakenBack()
    {
        await using var cluster = new TinyCluster("a");
        using var gate = new ManualResetEventSlim();
        using var writing = cluster[0].Faults.Arm(FaultPoint.WhileCheckpointing, 0, 5, () => gate.Wait(cluster.Guard));
        cluster.Begin(1, cluster.Places(cluster[0]), null, new Directive(0, DirectiveKind.Run, 5), new(1, DirectiveKind.Checkpoint, 5));
        await writing.Fired.WaitAsync(cluster.Guard);
        var checkpoints = cluster[0].Run.Reporter!.Host.Checkpoints;

        cluster[0].Run.Stop(1, "it is cancelled");
        gate.Set();
        await checkpoints.Idle.WaitAsync(cluster.Guard);

        Assert.Empty(Directory.GetDirectories(Path.Combine(cluster.Checkpoints, "tiny")));
    }

    /// <summary>A checkpoint that is there when the next generation begins is told to it; after a stop there is none to tell.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task CheckpointThatIsFinishedLate_IsTheNextGenerationsUnlessItWasStopped(bool stopped, int kept)
    {
        await using var cluster = new TinyCluster("a");
        using var gate = new ManualResetEventSlim();
        var hits = 0;
        const int TheManifestsRename = 6;
        using var writing = cluster[0].Faults.Arm(FaultPoint.WhileCheckpointing, 0, 5, () =>
        {
            if (++hits == TheManifestsRename)
            {
                gate.Wait(cluster.Guard);
            }
        });
        cluster.Begin(1, cluster.Places(cluster[0]), null, new Directive(0, DirectiveKind.Run, 5), new(1, DirectiveKind.Checkpoint, 5));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref hits) == TheManifestsRename, TimeSpan.FromMinutes(1)));
        var checkpoints = cluster[0].Run.Reporter!.Host.Checkpoints;

        if (stopped)
        {
            cluster[0].Run.Stop(1, "it is cancelled");
        }

        await Survey(cluster, 2);
        gate.Set();
        await checkpoints.Idle.WaitAsync(cluster.Guard);

        Assert.Equal(kept, Directory.GetDirectories(Path.Combine(cluster.Checkpoints, "tiny")).Length);
    }

    [Fact]
    public async Task DataThatAreAway_AreLookedForUntilTheyAreThereAndCostTheRunNothing()
    {
        await using var cluster = new TinyCluster("a");
        File.Move(cluster.Rows, cluster.Rows + ".away");
        var finished = cluster.Finish(1, cluster.Places(cluster[0]), null);
        await cluster.Coordinator.Until(
            told => told.Reports.Any(report => report.Waits.StartsWith("waits for the data: ",
                StringComparison.Ordinal) && report.Waits.Contains(cluster.Rows, StringComparison.Ordinal)),
            cluster.Guard);
        await LookedFor(cluster, times: 3);
        Assert.DoesNotContain(cluster.Coordinator.Reports, report => report.Faults.Count > 0 || report.Ready.Count > 0);

        File.Move(cluster.Rows + ".away", cluster.Rows);
        cluster.Time.Advance(Limits.LookAgain);
        Assert.Equal(await TinyCluster.Undisturbed(), await finished);
        Assert.Equal("", cluster.Coordinator.Reports.Last().Waits);
    }

    [Fact]
    public async Task CheckpointFolderThatIsAway_IsLookedForUntilItIsThere()
    {
        await using var cluster = new TinyCluster("a");
        await File.WriteAllTextAsync(cluster.Checkpoints, "in the way", cluster.Guard);
        var finished = cluster.Finish(1, cluster.Places(cluster[0]), null);
        await cluster.Coordinator.Until(
            told => told.Reports.Any(report => report.Waits.StartsWith("waits for its checkpoints: No checkpoint can be written to", StringComparison.Ordinal)),
            cluster.Guard);
        await LookedFor(cluster, times: 2);
        Assert.DoesNotContain(cluster.Coordinator.Reports, report => report.Faults.Count > 0 || report.Ready.Count > 0);

        File.Delete(cluster.Checkpoints);
        cluster.Time.Advance(Limits.LookAgain);
        Assert.Equal(await TinyCluster.Undisturbed(), await finished);
    }

    [Fact]
    public async Task Stop_EnsureNobodyLooksOnForDataThatAreAway()
    {
        await using var cluster = new TinyCluster("a");
        File.Delete(cluster.Rows);
        cluster.Begin(1, cluster.Places(cluster[0]), null, new Directive(0, DirectiveKind.Run, 5));
        await LookedFor(cluster, times: 1);

        cluster[0].Run.Stop(1, "it is cancelled");

        Assert.Equal((2L, null), await Survey(cluster, 2) is [var kept] ? (kept.Generation, kept.Step) : default);
    }

    [Fact]
    public async Task TwoCoordinators_EnsureNoStepIsCommittedInBothOfTheirGenerations()
    {
        await using var cluster = new TinyCluster("a", "b");
        var places = cluster.Places(cluster[0], cluster[1]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, TinyCluster.Steps));
        await cluster.Pumped(told => told.Steps.Any(step => step.Step >= 3));
        var kept = await Survey(cluster, 2);

        // The one that led generation 1 does not know yet.
        foreach (var (silo, place) in cluster.Silos.Zip(places))
        {
            Assert.False(silo.Run.Direct(place.Number, 1, [new Directive(1, DirectiveKind.Finish, TinyCluster.Steps)]));
            Assert.False(silo.Run.Start(cluster.Assign(1, places, place.Number)));
        }

        var step = kept.Max(state => state.Step!.Value);
        var donors = cluster.Silos.Zip(kept).Where(each => each.Second.Step == step).Select(each => each.First).ToArray();
        Assert.Equal(await TinyCluster.Undisturbed(), await cluster.Finish(2, places, cluster.Memory(step, donors)));
        var generations = kept.SelectMany(state => state.Records).Concat(cluster.Coordinator.Steps).ToLookup(
            record => record.Step, record => record.Generation);
        Assert.Equal(TinyCluster.Steps, generations.Count);
        Assert.All(generations, of => Assert.Single(of.Distinct()));
    }

    [Fact]
    public async Task Survey_EnsureAStuckThreadIsToldOfAndTheRestGoesOnWithoutIt()
    {
        await using var cluster = new TinyCluster("a", "b");
        using var gate = new ManualResetEventSlim();
        using var stuck = cluster[0].Faults.Arm(FaultPoint.AfterReduceBeforeApply, 1, 7, () => gate.Wait(cluster.Guard));
        var places = cluster.Places(cluster[0], cluster[0]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 20));
        await stuck.Fired.WaitAsync(cluster.Guard);
        await cluster.Pumped(told => told.Steps.Any(step => step is { Worker: 0, Step: 7 }));
        var run = cluster[0].Run.Reporter!.Host;
        var survey = cluster[0].Run.Survey(2, cluster.Guard);
        Assert.True(SpinWait.SpinUntil(() => run.Running is [1], TimeSpan.FromMinutes(1)));
        await cluster.Time.AdvanceUntil(survey, cluster.Guard);
        var kept = await survey;
        Assert.Equal([1], kept.Stuck);
        Assert.Equal(8, kept.Step);
        Assert.Equal(7, kept.Records[^1].Step);
        Assert.Equal([1], cluster[0].Run.Places.Select(place => place.Number));

        Assert.Empty((await cluster[0].Run.Survey(3, cluster.Guard)).Stuck);
        var hash = await cluster.Finish(3, cluster.Places(cluster[1], cluster[0]), cluster.Memory(8, cluster[0]));
        Assert.Equal(await TinyCluster.Undisturbed(), hash);
        gate.Set();
        Assert.DoesNotContain(cluster.Coordinator.Steps, step => step is { Worker: 1, Step: 7, Generation: 1 });
    }

    [Fact]
    public async Task Report_EnsureAGenerationThatIsOverEndsHereAndItsStateIsKept()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0], cluster[0]);
        cluster.Coordinator.DurableStep = 3;
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 6));
        await Reached(cluster, 1, places, 6);
        cluster.Coordinator.Ended = 1;
        cluster.Direct(1, places, new Directive(1, DirectiveKind.Run, 8));
        await cluster.Pumped(_ => cluster[0].Run.Reporter is null);
        var kept = await cluster[0].Run.Survey(2, cluster.Guard);
        Assert.InRange(kept.Step!.Value, 6, 8);
        Assert.Equal(3, kept.Records[0].Step);
        Assert.Equal(kept.Step - 1, kept.Records[^1].Step);
        Assert.Empty(cluster[0].Run.Places);
        Assert.False(cluster[0].Run.Start(cluster.Assign(1, places, 0)));
    }

    [Fact]
    public async Task Lease_EnsureItsLapseEndsTheGenerationKeepsTheStateAndIsTold()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0], cluster[0]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 6));
        await Reached(cluster, 1, places, 6);
        cluster.Coordinator.Unreachable = true;
        cluster.Time.Advance(Limits.Lease - TimeSpan.FromSeconds(1));
        cluster[0].Run.Reporter!.Host.EndIfLapsed();
        Assert.True(cluster[0].Run.Reporter!.Host.Lease.IsHeld);
        cluster.Direct(1, places, new Directive(1, DirectiveKind.Run, 7));
        cluster.Time.Advance(Limits.Lease + TimeSpan.FromSeconds(1));
        cluster[0].Run.Reporter!.Host.EndIfLapsed();
        Assert.False(cluster[0].Run.Direct(0, 1, [new Directive(2, DirectiveKind.Run, 9)]));
        cluster.Coordinator.Unreachable = false;
        await cluster.Pumped(
            said => said.Reports.SelectMany(report => report.Faults).Select(fault => fault.Worker).Distinct().Count() == 2, TimeSpan.FromSeconds(1));
        Assert.All(
            cluster.Coordinator.Reports.SelectMany(report => report.Faults),
            fault => Assert.Contains("heard for 10 s", fault.Failure.Message, StringComparison.Ordinal));
        Assert.All(cluster.Coordinator.Reports.SelectMany(report => report.Faults), fault => Assert.False(fault.Failure.OfTheRun));
        var kept = await cluster[0].Run.Survey(2, cluster.Guard);
        Assert.InRange(kept.Step!.Value, 6, 7);
        Assert.Equal(await TinyCluster.Undisturbed(), await cluster.Finish(2, places, cluster.Memory(kept.Step.Value, cluster[0])));
    }

    [Fact]
    public async Task Report_EnsureAllWorkersOfTheSiloDoWhatItsAnswerSays()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0], cluster[0]);
        Directive[] list = [new(0, DirectiveKind.Run, 6), new(1, DirectiveKind.Run, 9)];
        cluster.Coordinator.Directives = list;
        cluster.Begin(1, places, null, list[0]);
        await Reached(cluster, 1, places, 9, sequence: 1);
        Assert.Equal(
            Enumerable.Range(0, 9).SelectMany(step => new[] { ((long)step, 0), (step, 1) }),
            cluster.Coordinator.Steps.Select(step => (step.Step, step.Worker)).Order());
    }

    [Fact]
    public async Task Report_EnsureALateAnswerGivesNothingToDoToTheNextGeneration()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 6));
        await Reached(cluster, 1, places, 6);
        var gate = new TaskCompletionSource();
        (cluster.Coordinator.Directives, cluster.Coordinator.Holds) = ([new(1, DirectiveKind.Run, 9)], gate.Task);
        var reporter = cluster[0].Run.Reporter!;
        reporter.Host.Buffer.Note("something to report");
        var late = reporter.Send();
        await cluster.Coordinator.Until(told => told.Held > 0, cluster.Guard);
        await cluster[0].Run.Survey(2, cluster.Guard);
        (cluster.Coordinator.Holds, cluster.Coordinator.Directives) = (null, []);
        cluster.Begin(2, places, cluster.Memory(6, cluster[0]), new Directive(0, DirectiveKind.Run, 7));
        await Reached(cluster, 2, places, 7);
        gate.SetResult();
        await late;
        await cluster[0].Quiet();
        cluster.Direct(2, places, new Directive(1, DirectiveKind.Run, 8));
        await cluster.Coordinator.Until(
            told => told.Reports.Any(report => report.Generation == 2 && report.Reached.Any(reached => reached.Sequence == 1)), cluster.Guard);
        Assert.Equal(8, (await cluster[0].Run.Survey(3, cluster.Guard)).Step);
    }

    [Fact]
    public async Task Report_EnsureNewsThatComeAsTheSenderHasJustLookedAreSentWithoutAnotherCall()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 6));
        await Reached(cluster, 1, places, 6);
        await cluster[0].Quiet();
        var reporter = cluster[0].Run.Reporter!;

        // It asks for the time last when it has found no news, to know whether a sign of life is due. Threads of devices ask too.
        var (thread, asked) = (Environment.CurrentManagedThreadId, 0);
        cluster.Time.Asked = () => asked += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        while (asked == 0)
        {
            await reporter.Send();
        }

        var last = asked;
        cluster.Time.Asked = () =>
        {
            if (Environment.CurrentManagedThreadId == thread && --last == 0)
            {
                reporter.Host.Buffer.Note("late news");
                _ = reporter.Send();
            }
        };
        await reporter.Send();

        await cluster.Coordinator.Until(told => told.Reports.Any(report => report.Notes.Contains("late news")), cluster.Guard);
    }

    [Fact]
    public async Task Lease_EnsureNoCheckpointIsMadeAfterItHasLapsed()
    {
        await using var cluster = new TinyCluster("a");
        using var late = cluster[0].Faults.Arm(FaultPoint.WhileCheckpointing, 0, 4, () => cluster.Time.Advance(Limits.Lease * 2));
        var places = cluster.Places(cluster[0]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 4), new(1, DirectiveKind.Checkpoint, 4));
        await cluster.Coordinator.Until(told => told.Reports.Any(report => report.CheckpointFaults.Count > 0), cluster.Guard);
        Assert.Contains(
            "no checkpoint is made", cluster.Coordinator.Reports.SelectMany(report => report.CheckpointFaults).Single().Message, StringComparison.Ordinal);
        Assert.False(
            Directory.Exists(cluster.Checkpoints) && Directory.EnumerateFiles(cluster.Checkpoints, "manifest.json", SearchOption.AllDirectories).Any());
    }

    [Fact]
    public async Task Reduce_EnsureACoordinatorThatMovesCostsTimeOnly()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0], cluster[0]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 6));
        await Reached(cluster, 1, places, 6);
        cluster.Coordinator.Unreachable = true;
        var asked = cluster.Coordinator.Reductions.Count;
        cluster.Direct(1, places, new Directive(1, DirectiveKind.Run, TinyCluster.Steps), new(2, DirectiveKind.Checkpoint, TinyCluster.Steps));
        Assert.True(SpinWait.SpinUntil(() => cluster.Coordinator.Reductions.Count > asked, TimeSpan.FromMinutes(1)));

        // The pause before it asks again begins a moment after it was refused.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                cluster.Time.Advance(TimeSpan.FromMilliseconds(1));
                return cluster.Coordinator.Reductions.Count > asked + 1;
            },
            TimeSpan.FromMinutes(1)));
        cluster.Coordinator.Unreachable = false;
        await cluster.Pumped(told => told.Reports.Any(report => report.Checkpoints.Count > 0), TimeSpan.FromMilliseconds(1));
        Assert.Equal(await TinyCluster.Undisturbed(), cluster.Coordinator.Reports.SelectMany(report => report.Checkpoints).Single().WeightsSha256);
    }

    [Fact]
    public async Task Start_EnsureLinksToAllMembersWhateverTheReduction()
    {
        await using var cluster = new TinyCluster("a", "b");
        await cluster.Finish(1, cluster.Places(cluster[0], cluster[1]), null);
        Assert.Superset(cluster.Silos.Select(silo => silo.Address).ToHashSet(), cluster[0].Linked);
        Assert.Superset(cluster.Silos.Select(silo => silo.Address).ToHashSet(), cluster[1].Linked);
    }

    [Fact]
    public async Task Stop_EnsureNothingIsKeptAndALateStartIsRefused()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0], cluster[0]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 6));
        await Reached(cluster, 1, places, 6);
        cluster[0].Run.Stop(1, "cancelled");
        Assert.False(cluster[0].Run.Start(cluster.Assign(1, places, 0)));
        var kept = await cluster[0].Run.Survey(2, cluster.Guard);
        Assert.Equal((null, 0), (kept.Step, kept.Records.Count));
        Assert.False(cluster[0].Run.TryGet(6, out _));
    }

    [Fact]
    public async Task Checkpoint_EnsureOneThatWasNotAcknowledgedIsToldByTheNextGeneration()
    {
        await using var cluster = new TinyCluster("a");
        var places = cluster.Places(cluster[0]);
        cluster.Begin(1, places, null, new Directive(0, DirectiveKind.Run, 6));
        await Reached(cluster, 1, places, 6);
        cluster.Coordinator.Unreachable = true;
        cluster.Direct(1, places, new Directive(1, DirectiveKind.Checkpoint, 6));
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists(cluster.Checkpoints) && Directory.EnumerateFiles(cluster.Checkpoints, "manifest.json",
            SearchOption.AllDirectories).Any(), TimeSpan.FromMinutes(1)));
        await cluster[0].Run.Survey(2, cluster.Guard);
        cluster.Coordinator.Unreachable = false;
        cluster.Begin(2, places, cluster.Memory(6, cluster[0]), new Directive(0, DirectiveKind.Run, 7));
        await cluster.Coordinator.Until(
            told => told.Reports.Any(report => report.Generation == 2 && report.Checkpoints.Any(checkpoint => checkpoint is { Step: 6, Generation: 1 })),
            cluster.Guard);
    }

    [Fact]
    public async Task IsForgettable_EnsureAStateIsKeptLongAndAFinishedOneNot()
    {
        await using var cluster = new TinyCluster("a", "b");
        var (broken, done) = (cluster.Places(cluster[0]), cluster.Places(cluster[1]));
        cluster.Begin(1, broken, null, new Directive(0, DirectiveKind.Run, 3));
        await Reached(cluster, 1, broken, 3);
        await cluster[0].Run.Survey(2, cluster.Guard);
        cluster.Begin(1, done, null, new Directive(0, DirectiveKind.Run, 3), new(1, DirectiveKind.Finish, 3));
        await cluster.Pumped(_ => cluster[1].Run.Reporter is null);
        Assert.True(SpinWait.SpinUntil(() => cluster[1].Run.TryGet(3, out _), TimeSpan.FromMinutes(1)));
        cluster.Time.Advance(Limits.KeepIdle);
        Assert.False(cluster[0].Run.IsForgettable);
        Assert.True(cluster[1].Run.IsForgettable);
        cluster.Time.Advance(Limits.KeepState);
        Assert.True(cluster[0].Run.IsForgettable);
    }

    [Fact]
    public async Task Prepare_EnsureOtherDataAreRefusedByName()
    {
        await using var cluster = new TinyCluster("a");
        await File.AppendAllTextAsync(cluster.Rows, "0.5,0.5,1\n", TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Prepared(cluster, cluster[0], cluster.Assign(1, cluster.Places(cluster[0]), 0)));
        Assert.Contains("rows.csv", refused.Message, StringComparison.Ordinal);
    }

    private static Task<KeptState[]> Survey(TinyCluster cluster, long generation) =>
        Task.WhenAll(cluster.Silos.Select(silo => silo.Run.Survey(generation, cluster.Guard)));

    private static Task Reached(TinyCluster cluster, long generation, WorkerPlace[] places, long step, long sequence = 0) => cluster.Coordinator.Until(
        told => places.All(place => told.Reports.Any(report => report.Generation == generation
        && report.Reached.Any(reached => reached.Worker == place.Number && reached.Step == step && reached.Sequence == sequence))),
        cluster.Guard);

    /// <summary>It has looked as often, and waits for its next look.</summary>
    private static async Task LookedFor(TinyCluster cluster, int times)
    {
        for (var look = 1; ; look++)
        {
            await cluster.Time.Set(Limits.LookAgain, cluster.Guard);
            if (look == times)
            {
                return;
            }

            cluster.Time.Advance(Limits.LookAgain);
        }
    }

    private static async Task Prepared(TinyCluster cluster, TinySilo silo, Assignment assignment)
    {
        while (!silo.Run.Prepare(assignment))
        {
            cluster.Guard.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
