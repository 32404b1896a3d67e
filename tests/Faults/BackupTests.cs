using Sheaf.Testbed;
using Sheaf.V1;

namespace Sheaf.Tests.Faults;

/// <summary>What a cluster keeps is copied while it trains, and goes on in an empty cluster to the same bits.</summary>
public sealed class BackupTests(SharedCluster shared) : FaultTest(shared)
{
    [Fact]
    public async Task Restore_IntoAnEmptyCluster_GoesOnToTheSameBits_AndIntoOneThatIsNotIsRefused()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.WaitAsync(seen => seen.Step > 450 && seen.Seen.Any(news => news.Update.Checkpoint is not null), "it has a checkpoint");
        var backup = Path.Combine(Cluster.Folder, "backup");

        var (code, said) = await Verb("backup", "--to", backup, "--cluster", Cluster.Database.ConnectionString, "--checkpoints", Checkpoints(Cluster));
        Assert.True(code == 0, said);
        AssertGoesOn(run);
        Assert.Equal(5, (await Verb("backup", "--to", backup, "--cluster", Cluster.Database.ConnectionString, "--checkpoints", Checkpoints(Cluster))).Code);
        (code, said) = await Verb("restore", "--from", backup, "--cluster", Cluster.Database.ConnectionString, "--checkpoints",
            Path.Combine(Cluster.Folder, "none"));
        Assert.Equal(5, code);
        Assert.Contains("is not empty", said.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Cluster.Folder, "none")));
        await AssertUndisturbedAsync(run);

        await using var empty = await TestCluster.StartAsync(0);
        var damaged = Directory.GetFiles(backup, "weights.safetensors", SearchOption.AllDirectories).First();
        var whole = await File.ReadAllBytesAsync(damaged, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(damaged, whole[..^1], TestContext.Current.CancellationToken);
        Assert.Equal(1, (await Verb("restore", "--from", backup, "--cluster", empty.Database.ConnectionString, "--checkpoints",
            Path.Combine(empty.Folder, "x"))).Code);
        await File.WriteAllBytesAsync(damaged, whole, TestContext.Current.CancellationToken);
        (code, said) = await Verb("restore", "--from", backup, "--cluster", empty.Database.ConnectionString, "--checkpoints", Checkpoints(empty));
        Assert.True(code == 0, said);
        await empty.StartAsync("n0", "n1");

        await Until.TrueAsync(
            async () => (await empty.DescribeAsync(run.Id)).State == State.Completed, () => "the restored run ends", TestContext.Current.CancellationToken);
        var end = await empty.DescribeAsync(run.Id);
        Assert.Equal(Reference.WeightsSha256, end.Result.WeightsSha256);
        Assert.Empty(RunCheck.Compare(await empty.LedgerAsync(run.Id), Reference.Ledger));
        Assert.Empty(await empty.AuditAsync(run.Id));
        Assert.DoesNotContain(end.Events, e => e.Message.Contains("begins at step 0", StringComparison.Ordinal));
    }

    private static string Checkpoints(TestCluster cluster) => Path.Combine(cluster.Folder, "checkpoints");

    private static Task<(int Code, string Output)> Verb(params string[] arguments) => Command.TryAsync("dotnet", [Checkout.Program("Client"), .. arguments]);
}
