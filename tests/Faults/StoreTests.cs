using Sheaf.Testbed;

namespace Sheaf.Tests.Faults;

/// <summary>The database goes away, alone or with everything else.</summary>
public sealed class StoreTests(SharedCluster shared) : FaultTest(shared)
{
    [Fact]
    public async Task DatabaseGone_EnsureStepsGoOnAndNothingExits()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(200);

        await Cluster.Database.CrashAsync();
        await run.StepAsync(run.Step + 400);
        AssertGoesOn(run);
        Assert.All(Cluster.Silos, silo => Assert.False(silo.HasExited));
        await Cluster.Database.StartAgainAsync();

        await AssertUndisturbedAsync(run);
        Assert.All(Cluster.Silos, silo => Assert.False(silo.HasExited));
    }

    [Fact]
    public async Task DatabaseThatDoesNotAnswer_EnsureStepsGoOnAndNothingExits()
    {
        await Cluster.ArmAsync(SlowPace);
        var run = await SubmitAsync();
        await run.StepAsync(210);

        var before = Cluster.Silos.ToDictionary(silo => silo.Name, silo => File.ReadAllText(silo.Log).Length);
        Cluster.Database.Freeze();

        // More than go on before the first write is given up, and fewer than the run has.
        await run.StepAsync(run.Step + 800);
        AssertGoesOn(run);
        foreach (var silo in Cluster.Silos)
        {
            await Until.TrueAsync(
                () => File.ReadAllText(silo.Log)[before[silo.Name]..].Contains("refresh membership table", StringComparison.Ordinal),
                $"{silo.Name} notices that the database is silent",
                TestContext.Current.CancellationToken);
        }

        Cluster.Database.Thaw();

        await AssertUndisturbedAsync(run);
        Assert.All(Cluster.Silos, silo => Assert.False(silo.HasExited));
    }

    [Fact]
    public async Task SiloKilledWhileTheDatabaseIsGone_EnsureTheRunGoesOnWhenItIsBack()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(300);
        var killed = (await SilosOfAsync(run))[1];

        await Cluster.Database.CrashAsync();
        await killed.KillAsync();
        AssertGoesOn(run);
        await Cluster.Database.StartAgainAsync();

        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task EverySiloAndTheDatabaseKilled_EnsureTheRunGoesOnByItselfWhenTheyAreBack()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.WaitAsync(seen => seen.Step > 300 && seen.Seen.Any(news => news.Update.Checkpoint is not null), "it has a checkpoint");
        var names = Cluster.Silos.Select(silo => silo.Name).ToArray();

        await Task.WhenAll(Cluster.Silos.Select(silo => silo.KillAsync()));
        AssertGoesOn(run);
        await Cluster.Database.CrashAsync();
        await Cluster.Database.StartAgainAsync();
        await Cluster.StartAsync(names);

        await AssertUndisturbedAsync(run);
    }
}
