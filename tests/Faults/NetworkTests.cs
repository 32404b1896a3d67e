using Sheaf.Testbed;

namespace Sheaf.Tests.Faults;

/// <summary>Silos that live, on a network that is cut between them: one namespace for each. Skipped, with the reason, where there can be none.</summary>
public sealed class NetworkTests(SharedCluster shared, NetworkTests.Hosts hosts) : IClassFixture<NetworkTests.Hosts>
{
    private static int _number;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CutBetweenTwoWorkers_EnsureOneSideGoesOnToTheSameBits(bool bothWays)
    {
        var (cluster, run) = await StartAsync("3");
        await using var owned = run;
        await run.StepAsync(300);
        var silos = (await cluster.DescribeAsync(run.Id)).Workers.Select(worker => worker.Silo).ToArray();
        try
        {
            await cluster.Network.CutAsync(silos[0], silos[2]);
            if (bothWays)
            {
                await cluster.Network.CutAsync(silos[2], silos[0]);
            }

            var cutAt = run.Step;
            await run.StepAsync(cutAt + 300);
            Assert.False(run.Ended);
        }
        finally
        {
            await cluster.Network.HealAsync(silos[0], silos[2]);
            if (bothWays)
            {
                await cluster.Network.HealAsync(silos[2], silos[0]);
            }
        }

        await AssertAsync(cluster, run);
    }

    [Fact]
    public async Task SiloCutFromAllOthers_EnsureTheyGoOnWithoutIt()
    {
        var (cluster, run) = await StartAsync("3");
        await using var owned = run;
        await run.StepAsync(300);
        var coordinator = await cluster.CoordinatorOfAsync(run.Id);
        var (alone, others) = (coordinator.Name, cluster.Silos.Select(silo => silo.Name).Where(name => name != coordinator.Name).ToArray());
        try
        {
            foreach (var other in others)
            {
                await cluster.Network.CutAsync(alone, other);
                await cluster.Network.CutAsync(other, alone);
            }

            await run.StepAsync(run.Step + 300);
            Assert.False(run.Ended);
        }
        finally
        {
            foreach (var other in others)
            {
                await cluster.Network.HealAsync(alone, other);
                await cluster.Network.HealAsync(other, alone);
            }
        }

        await AssertAsync(cluster, run);
    }

    private async Task<(TestCluster Cluster, RunFollower Run)> StartAsync(string workers)
    {
        Assert.SkipWhen(hosts.WhyNot is not null, $"No network can be cut here: {hosts.WhyNot}.");
        var cluster = hosts.Cluster!;
        await cluster.RestoreAsync();
        await cluster.ArmAsync("before-compute@*:*#*=delay:2");
        return (cluster, await cluster.SubmitAsync($"cut-{Interlocked.Increment(ref _number)}", TinySpec.Yaml(workers)));
    }

    private async Task AssertAsync(TestCluster cluster, RunFollower run)
    {
        await cluster.ArmAsync("");
        var findings = await RunCheck.FindingsAsync(cluster, run, shared.Reference);
        Assert.True(findings.Count == 0, $"{string.Join('\n', findings)}\n{cluster.Logs()}");
    }

    /// <summary>A cluster of three silos, each with a network of its own; null where that cannot be.</summary>
    public sealed class Hosts : IAsyncLifetime
    {
        internal TestCluster? Cluster { get; private set; }

        internal string? WhyNot { get; private set; }

        public async ValueTask InitializeAsync()
        {
            WhyNot = await NetworkLab.WhyNotAsync();
            if (WhyNot is null)
            {
                Cluster = await TestCluster.StartAsync(3, network: true);
                TinySpec.WriteRows(Cluster.Folder);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (Cluster is not null)
            {
                await Cluster.DisposeAsync();
            }
        }
    }
}
