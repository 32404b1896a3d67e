using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Runs;

public sealed class WholeRunTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_EnsureItEndsWithWeightsMetricsLedgerAndKeptCheckpoints()
    {
        await using var silo = await TestSilo.Start(_folder);
        var submitted = await silo.Submit(_folder, "whole", TestFolder.Spec());
        Assert.Equal((30, 10, 3, 4), (submitted.Run.TotalSteps, submitted.Run.StepsPerEpoch, submitted.Run.Epochs, submitted.Run.Shards));

        var view = await silo.Completed("whole");
        var result = view.Run.Result!;
        Assert.Matches("^[0-9a-f]{64}$", result.WeightsSha256);
        Assert.True(result.SamplesPerSecond > 0);
        Assert.Contains("test_accuracy", result.Metrics.Keys);
        Assert.Contains("test_loss", result.Metrics.Keys);
        Assert.Contains("validation_accuracy", result.Metrics.Keys);
        Assert.InRange(result.Metrics["test_accuracy"], 0.6, 1);
        Assert.Equal(
            ["validation 10", "validation 20", "validation 30", "test 30"],
            view.Evaluations.Select(evaluation => $"{evaluation.Rows.ToString().ToLowerInvariant()} {evaluation.Step}"));
        Assert.Equal(TestFolder.Rows, view.Evaluations[^1].Samples);

        Assert.Equal([25L, 30], view.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.All(view.Checkpoints, checkpoint => Assert.True(File.Exists(Path.Combine(checkpoint.Path, "manifest.json"))));
        Assert.Equal(2, Directory.GetDirectories(Path.GetDirectoryName(view.Checkpoints[0].Path)!).Length);
        Assert.Equal(result.CheckpointPath, view.Checkpoints[^1].Path);

        var steps = await silo.Steps("whole");
        Assert.Equal(Enumerable.Range(0, 30).Select(step => (long)step), steps.Select(step => step.Step));
        Assert.All(steps, step => Assert.Equal((1L, 4, 2), (step.Generation, step.SampleDigests.Count, step.ComputeMicroseconds.Count)));
        Assert.Equal([.. Enumerable.Repeat(16, 10)], steps.Take(10).Select(step => step.Samples));

        var listed = Assert.Single(await silo.Grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).List());
        Assert.Equal(("whole", RunState.Completed, 30L), (listed.Id, listed.State, listed.Step));
    }

    [Fact]
    public async Task List_EnsureItShowsTheNewestThoughNotEachStepIsWritten()
    {
        await using var silo = await TestSilo.Start(_folder);
        var index = silo.Grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key);
        var summary = new ExperimentSummary
        {
            Id = "a", Name = "a", State = RunState.Running, Step = 4, TotalSteps = 30, Workers = 2,
            Submitted = DateTimeOffset.UnixEpoch
        };
        foreach (var now in new[] { summary, summary with { Step = 9 }, summary with { Step = 10, State = RunState.Paused },
            summary with { Step = 12, State = RunState.Paused } })
        {
            await index.Put(now);
            Assert.Equal(now, Assert.Single(await index.List()));
        }
    }

    [Fact]
    public async Task Run_EnsureTheSameBitsOnAnyNumberOfWorkersAndThroughTheCoordinator()
    {
        await using var silo = await TestSilo.Start(_folder);
        var hashes = new List<string>();
        foreach (var (workers, reduction) in new[] { (1, "auto"), (2, "auto"), (3, "auto"), (4, "auto"), (1, "coordinator"), (3, "coordinator") })
        {
            var id = $"bits-{workers}-{reduction}";
            await silo.Submit(_folder, id, TestFolder.Spec(workers: $"{workers}", reduction: reduction));
            hashes.Add((await silo.Completed(id)).Run.Result!.WeightsSha256);
        }

        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public async Task Submit_EnsureRepeatingItGivesTheSameExperiment()
    {
        await using var silo = await TestSilo.Start(_folder);
        var first = await silo.Submit(_folder, "twice", TestFolder.Spec());
        var second = await silo.Submit(_folder, "twice", TestFolder.Spec(epochs: 9));
        Assert.Equal(first.Run.Submitted, second.Run.Submitted);
        Assert.Equal(30, (await silo.Completed("twice")).Run.TotalSteps);
    }

    [Fact]
    public async Task Shards_EnsureTheyKnowTheirRowsLeaseAndCursor()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "shards", TestFolder.Spec());
        await silo.Completed("shards");
        var rows = new List<int>();
        for (var shard = 0; shard < 4; shard++)
        {
            var grain = silo.Grains.GetGrain<IShardGrain>(IShardGrain.KeyOf("shards", shard));
            var view = await grain.Describe();
            Assert.Equal((shard, 4, 30L), (view!.Shard, view.Plan.Shards, view.Cursor));
            Assert.Null(view.Lease);
            for (var step = 0; step < 10; step++)
            {
                rows.AddRange(await grain.Rows(step));
            }
        }

        Assert.Equal(Enumerable.Range(0, 160), rows.Order());
    }
}
