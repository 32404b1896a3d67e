using Sheaf.Testbed;

[assembly: AssemblyFixture(typeof(Sheaf.Tests.Faults.SharedCluster))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Sheaf.Tests.Faults;

/// <summary>
/// One cluster of three silos, s0 to s2, for all tests but those of the network, and what the small experiment ends with when nothing disturbs it.
/// </summary>
public sealed class SharedCluster : IAsyncLifetime
{
    internal TestCluster Cluster { get; private set; } = null!;

    internal Reference Reference { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await TestCluster.StartAsync(3);
        TinySpec.WriteRows(Cluster.Folder);
        Reference = await Reference.MakeAsync(TinySpec.Yaml("1"), Cluster.Folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}
