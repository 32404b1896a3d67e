using System.Globalization;
using Sheaf.Testbed;
using Sheaf.Tests.ObjectStores;
using Sheaf.V1;

namespace Sheaf.Tests.Faults;

/// <summary>Checkpoints in an object store that throttles, breaks off, is away or answers twice: steps go on, and the bits are the same.</summary>
public sealed class ObjectStoreTests(ObjectStoreCluster store) : IClassFixture<ObjectStoreCluster>, IAsyncLifetime
{
    private const string Pace = "before-compute@*:*#*=delay:2";

    private static int _number;

    private readonly List<RunFollower> _runs = [];

    private TestCluster Cluster => store.Cluster;

    public async ValueTask InitializeAsync()
    {
        store.Server.Fault = _ => null;
        await Cluster.RestoreAsync();
    }

    public async ValueTask DisposeAsync()
    {
        store.Server.Fault = _ => null;
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', store.Server.Requests.TakeLast(50)));
            TestContext.Current.TestOutputHelper!.WriteLine(Cluster.Logs());
        }

        foreach (var run in _runs)
        {
            await run.DisposeAsync();
        }
    }

    [Fact]
    public async Task EverySiloKilled_EnsureTheRunGoesOnFromTheStoreWithTheSameBits()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.WaitAsync(seen => seen.Step > 300 && seen.Seen.Any(news => news.Update.Checkpoint is not null), "it has a checkpoint");
        var names = Cluster.Silos.Select(silo => silo.Name).ToArray();

        await Task.WhenAll(Cluster.Silos.Select(silo => silo.KillAsync()));
        Assert.False(run.Ended);
        await Cluster.StartAsync(names);

        await AssertUndisturbedAsync(run);
        Assert.Contains((await Cluster.DescribeAsync(run.Id)).Events, e => e.Message.Contains("goes on from the checkpoint", StringComparison.Ordinal)
            || e.Message.Contains("checkpoint of step", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SiloKilledAtEachWriteOfACheckpoint_EnsureEveryCheckpointThatCountsIsIntactAndNothingElseStays()
    {
        // Two files and the manifest; each at a checkpoint of its own.
        var faults = Enumerable.Range(1, 3).Select(write => $"while-checkpointing@*:{200 * write}#{write}=kill").ToArray();
        await Cluster.ArmAsync($"{Pace},{string.Join(',', faults)}");
        var run = await SubmitAsync();

        foreach (var fault in faults)
        {
            var killed = await Cluster.Faults.FiredAsync(fault);
            await Cluster.StartAsync(Cluster.Silos.Single(silo => silo.Pid == killed).Name);
        }

        await AssertUndisturbedAsync(run);
        await AssertOnlyWhatCountsAsync(run);
    }

    /// <summary>A minute of it would be the same: the store takes nothing until it is told to.</summary>
    [Theory]
    [InlineData(ObjectFault.SlowDown, "asks to be called less often (503 SlowDown)")]
    [InlineData(ObjectFault.Failed, "answers 500")]
    [InlineData(ObjectFault.CutTheUpload, "cannot be reached")]
    internal async Task StoreThatTakesNothing_EnsureStepsGoOnAndEveryVerbSaysSo(ObjectFault fault, string words)
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        await run.StepAsync(100);

        store.Server.Fault = request => fault == ObjectFault.CutTheUpload && !request.StartsWith("PUT", StringComparison.Ordinal) ? null : fault;
        await run.StepAsync(1000);
        Assert.False(run.Ended);
        await Until.TrueAsync(
            async () => (await Cluster.DescribeAsync(run.Id)).Troubles.Any(trouble => trouble.Contains(words, StringComparison.Ordinal)),
            () => "describe says that the store takes no checkpoint",
            TestContext.Current.CancellationToken);
        foreach (var verb in (string[][])[["why", run.Id], ["list"], ["cluster"], ["describe", run.Id]])
        {
            var (_, said) = await Cluster.CommandLineAsync(verb);
            Assert.Contains(words, said.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }

        store.Server.Fault = _ => null;

        await AssertUndisturbedAsync(run);
        await AssertOnlyWhatCountsAsync(run);
        Assert.Empty((await Cluster.DescribeAsync(run.Id)).Troubles);
    }

    /// <summary>The store does what it is asked and its answers get lost, every third time; silos die meanwhile.</summary>
    [Fact]
    public async Task StoreThatAnswersTwiceAndSilosThatDie_EnsureTheSameBits()
    {
        var requests = 0;
        store.Server.Fault = request => request.StartsWith("GET", StringComparison.Ordinal) ? null : (Interlocked.Increment(ref requests) % 6) switch
        {
            0 => ObjectFault.LoseTheAnswer,
            2 => ObjectFault.FailedAfterwards,
            4 => ObjectFault.CutTheUpload,
            _ => null,
        };
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync();
        foreach (var step in (int[])[250, 700])
        {
            await run.StepAsync(step);
            var killed = Cluster[(await Cluster.DescribeAsync(run.Id)).Workers[0].Silo];
            await killed.KillAsync();
            await Cluster.StartAsync(killed.Name);
        }

        await AssertUndisturbedAsync(run);
        await AssertOnlyWhatCountsAsync(run);
    }

    [Fact]
    public async Task Predict_ReadsItsModelFromTheStore_AndSoDoAnExportAndAnotherExperimentsWeights()
    {
        await Cluster.ArmAsync("");
        var run = await SubmitAsync();
        Assert.Equal(State.Completed, (await run.EndAsync()).State);
        var file = Path.Combine(Cluster.Folder, "exported.safetensors");

        Assert.Equal(0, (await Cluster.CommandLineAsync("evaluate", run.Id, "--rows", "validation")).Code);
        Assert.Equal(0, (await Cluster.CommandLineAsync("checkpoint", "export", run.Id, "--format", "safetensors", "--to", file)).Code);
        Assert.Equal(0, (await Cluster.CommandLineAsync("checkpoint", "download", run.Id, "--to", Path.Combine(Cluster.Folder, "downloaded"))).Code);
        var (code, said) = await Cluster.CommandLineAsync("replay", run.Id, "--step", (run.Experiment.TotalSteps - 1).ToString(CultureInfo.InvariantCulture));

        Assert.True(code == 0, said);
        Assert.Contains("s3://bucket/chaos/", said, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    /// <summary>The rows come from the store, and from a web server; silos that lose their copies wait until they have them again.</summary>
    [Theory]
    [InlineData("s3")]
    [InlineData("http")]
    public async Task RowsInAStore_EnsureTheSameBitsThoughSilosLoseTheirCopiesAndTheStoreIsAway(string scheme)
    {
        store.Server["data/rows.csv"] = await File.ReadAllBytesAsync(Path.Combine(Cluster.Folder, "rows.csv"), TestContext.Current.CancellationToken);
        var url = scheme == "s3" ? "s3://bucket/data/rows.csv" : new Uri(store.Server.Url, "bucket/data/rows.csv").ToString();
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync(TinySpec.Yaml().Replace("path: rows.csv", $"path: \"{url}\"", StringComparison.Ordinal));
        await run.WaitAsync(seen => seen.Step > 300 && seen.Seen.Any(news => news.Update.Checkpoint is not null), "it has a checkpoint");
        var names = Cluster.Silos.Select(silo => silo.Name).ToArray();

        await Task.WhenAll(Cluster.Silos.Select(silo => silo.KillAsync()));
        Assert.False(run.Ended);
        Assert.NotEmpty(Directory.GetDirectories(Cluster.Folder, "datasets", SearchOption.AllDirectories));
        Array.ForEach(Directory.GetDirectories(Cluster.Folder, "datasets", SearchOption.AllDirectories), folder => Directory.Delete(folder, recursive: true));
        store.Server.Fault = request => request.Contains("rows.csv", StringComparison.Ordinal) ? ObjectFault.Failed : null;
        await Cluster.StartAsync(names);
        await Until.TrueAsync(
            async () => (await Cluster.DescribeAsync(run.Id)).Events.Any(e => e.Message.Contains("waits for the data", StringComparison.Ordinal))
                || (await Cluster.CommandLineAsync("why", run.Id)).Output.Contains("waits for the data", StringComparison.Ordinal),
            () => "it waits for the data",
            TestContext.Current.CancellationToken);
        store.Server.Fault = _ => null;

        await AssertUndisturbedAsync(run);
    }

    private async Task<RunFollower> SubmitAsync(string? spec = null)
    {
        var run = await Cluster.SubmitAsync($"stored-{Interlocked.Increment(ref _number)}", spec ?? TinySpec.Yaml());
        _runs.Add(run);
        return run;
    }

    private async Task AssertUndisturbedAsync(RunFollower run)
    {
        await Cluster.ArmAsync("");
        var findings = await RunCheck.FindingsAsync(Cluster, run, store.Reference);
        Assert.True(findings.Count == 0, string.Join('\n', findings.Take(20)));
    }

    private async Task AssertOnlyWhatCountsAsync(RunFollower run)
    {
        store.Server.Fault = _ => null;
        var verified = await Cluster.CallAsync((silo, options) => silo.Checkpoints.VerifyAsync(new() { ExperimentId = run.Id }, options));
        Assert.NotEmpty(verified.Checkpoints);
        Assert.All(verified.Checkpoints, checkpoint => Assert.True(checkpoint.Intact, checkpoint.Problem));
        var known = verified.Checkpoints.Select(checkpoint => checkpoint.Checkpoint.Path).Order().ToArray();
        await Until.TrueAsync(
            () => store.Server.Keys.Where(key => key.StartsWith($"chaos/{run.Id}/", StringComparison.Ordinal))
                .Select(key => $"s3://bucket/{key[..key.LastIndexOf('/')]}").Distinct().Order().SequenceEqual(known),
            $"nothing but {string.Join(", ", known)} stays in the store",
            TestContext.Current.CancellationToken);
        Assert.Empty(store.Server.Uploads);
    }
}
