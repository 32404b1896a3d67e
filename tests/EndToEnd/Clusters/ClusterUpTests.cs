using System.Text.Json;
using Sheaf.Client.Clusters;
using Sheaf.Client.Failures;
using Sheaf.Tests.EndToEnd.Run;

namespace Sheaf.Tests.EndToEnd.Clusters;

/// <summary>`cluster up` to `cluster down --purge`, with real processes and everything in between that a user does with them.</summary>
public sealed class ClusterUpTests : IAsyncLifetime
{
    private readonly TinyExperiment _tiny = new(epochs: 60);
    private readonly OpenFolder _folder = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(new ClusterPaths(_folder.Path).Root))
        {
            await RunAsync("cluster", "down", "--purge", "--data", _folder.Path);
        }

        _folder.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public async Task Cluster_IsStartedUsedLosesASiloAndIsTakenDownWithoutATrace()
    {
        var halfMade = await MakeHalfADatabaseAsync();
        var (pids, started) = await UpAsync();
        Assert.Equal(["silo-1", "silo-2"], started);
        Assert.False(Directory.Exists(halfMade));
        Assert.Equal(["active", "active"], (await SilosAsync()).Select(silo => silo.GetProperty("status").GetString()));

        var run = await RunAsync("run", _tiny.Spec, "--data", _folder.Path, "--output", "json");
        Assert.Equal("completed", run.GetProperty("event").GetString());
        var id = run.GetProperty("experiment").GetString()!;
        Assert.True((await RunAsync("audit", id, "--cluster", _folder.Path, "--output", "json")).GetProperty("proven").GetBoolean());
        Assert.True((await RunAsync("replay", id, "--step", "17", "--cluster", _folder.Path, "--output", "json")).GetProperty("same").GetBoolean());
        Assert.Equal("completed", (await RunAsync("why", id, "--cluster", _folder.Path, "--output", "json")).GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.String, (await RunAsync("logs", id, "--cluster", _folder.Path, "--output", "json")).GetProperty("source").ValueKind);
        Assert.Equal("drained", (await RunAsync("drain", "silo-1", "--wait", "--cluster", _folder.Path, "--output", "json")).GetProperty("status").GetString());

        await using (var any = SheafProcess.Client("version"))
        {
            await any.SignalAsync("KILL", pids[0]);
            await any.ExitAsync();
        }

        (pids, started) = await UpAsync();
        Assert.Equal(["silo-1"], started);

        await RunAsync("cluster", "down", "--data", _folder.Path, "--output", "json");
        var paths = new ClusterPaths(_folder.Path);
        Assert.All(pids, pid => Assert.Null(Processes.Began(pid)));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, ".s.*", SearchOption.AllDirectories));
        Assert.False(File.Exists(paths.State) || File.Exists(paths.Lock));

        await UpAsync();
        Assert.Equal(id, (await RunAsync("list", "--cluster", _folder.Path, "--output", "json")).GetProperty("experiment").GetString());
        await RunAsync("cluster", "down", "--purge", "--data", _folder.Path, "--output", "json");
        Assert.False(Directory.Exists(paths.Root));
    }

    /// <summary>As an `up` leaves it that was killed while it made the database.</summary>
    private async Task<string> MakeHalfADatabaseAsync()
    {
        var database = await PrivateDatabase.OfAsync(new ClusterPaths(_folder.Path), TestContext.Current.CancellationToken);
        var folder = Path.Combine(database.Folder, "making-0");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "PG_VERSION"), "15\n", TestContext.Current.CancellationToken);
        return folder;
    }

    /// <summary>`up` is killed as soon as its silo's process is there, long before that is active.</summary>
    [Fact]
    public async Task SiloThatBecomesActiveAfterUpWasKilled_IsFoundByVerbsAndLeftAloneByTheNextUp()
    {
        var paths = new ClusterPaths(_folder.Path);
        await using (var up = SheafProcess.Client("cluster", "up", "--silos", "1", "--data", _folder.Path))
        {
            await UntilAsync(() => ClusterState.Read(paths)?.Silos.Count == 1);
            await up.SignalAsync("KILL");
            await up.ExitAsync();
        }

        var silo = ClusterState.Read(paths)!.Silos[0];
        await UntilAsync(() => File.Exists(paths.Announce(silo.Name)));
        var found = Assert.Single(await SilosAsync());
        Assert.Equal((silo.Pid, "active"), (found.GetProperty("pid").GetInt32(), found.GetProperty("status").GetString()));

        var (pids, started) = await UpAsync(silos: 1);
        Assert.Equal([silo.Pid], pids);
        Assert.Empty(started);
    }

    [Fact]
    public async Task Down_WhereThereIsNoCluster_IsNotFound()
    {
        await using var down = SheafProcess.Client("cluster", "down", "--data", _folder.Path);

        Assert.Equal(ExitCode.NotFound, await down.ExitAsync());
        Assert.Contains("./sheaf cluster up", down.Error.Text, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!condition())
        {
            Assert.True(await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken));
        }
    }

    private async Task<(List<int> Pids, List<string?> Started)> UpAsync(int silos = 2)
    {
        var up = await RunAsync("cluster", "up", "--silos", $"{silos}", "--data", _folder.Path, "--output", "json");
        var running = up.GetProperty("silos").EnumerateArray().ToList();
        return (
            [.. running.Select(silo => silo.GetProperty("pid").GetInt32())],
            [.. running.Where(silo => silo.GetProperty("started").GetBoolean()).Select(silo => silo.GetProperty("name").GetString())]);
    }

    private async Task<List<JsonElement>> SilosAsync() =>
        [.. (await RunAsync("cluster", "--cluster", _folder.Path, "--output", "json")).GetProperty("silos").EnumerateArray()];

    /// <summary>The last line; the verb must succeed.</summary>
    private static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        await using var client = SheafProcess.Client(arguments);
        Assert.True(await client.ExitAsync() == ExitCode.Ok, $"{string.Join(' ', arguments)}: {client.Out.Text}{client.Error.Text}");
        return client.Out.Lines.Length > 0 && client.Out.Lines[^1].StartsWith('{') ? client.LastJson : default;
    }
}
