using Sheaf.Testbed;
using Sheaf.Tests.ObjectStores;

namespace Sheaf.Tests.Faults;

/// <summary>Three silos, s0 to s2, whose checkpoints are in an object store of this process.</summary>
public sealed class ObjectStoreCluster : IAsyncLifetime
{
    internal FakeObjectServer Server { get; private set; } = null!;

    internal TestCluster Cluster { get; private set; } = null!;

    internal Reference Reference { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await FakeObjectServer.StartAsync();
        Cluster = await TestCluster.StartAsync(
            3,
            arguments: ["--checkpoints", $"s3://{FakeObjectServer.Bucket}/chaos", "--s3-endpoint", Server.Url.ToString()],
            environment: new Dictionary<string, string>
            {
                ["AWS_ACCESS_KEY_ID"] = "tester",
                ["AWS_SECRET_ACCESS_KEY"] = "a-secret-of-the-test",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
            });
        TinySpec.WriteRows(Cluster.Folder);
        Reference = await Reference.MakeAsync(TinySpec.Yaml("1"), Cluster.Folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }

        await Server.DisposeAsync();
    }
}
