using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;
using Sheaf.Training.Trials;

namespace Sheaf.Tests.Unit.Training.UserCode;

[Collection(nameof(TrialsAlone))]
public sealed class UserCodeBitsTests : IDisposable
{
    private readonly SamplePackage _package = new();

    public void Dispose() => _package.Dispose();

    [Fact]
    public async Task Run_EnsureSameWeightsOnOneToFourWorkers()
    {
        var (spec, data) = Tried(_package.Spec("GoodNet", loss: "GoodLoss", metric: "Hits"));
        var runs = new List<TinyRun.Outcome>();
        foreach (var workers in new[] { 1, 2, 3, 4 })
        {
            runs.Add(await TinyRun.RunAsync(spec, data, workers, packages: _package.Packages));
        }

        Assert.All(runs, run => Assert.All(run.Ended, reason => Assert.Null(reason)));
        Assert.Single(runs.Select(run => run.Hash).Distinct());
        Assert.All(runs[0].Steps[0], step => Assert.Equal(step.Metrics[0], step.Metrics[1]));
        Assert.Single(runs.Select(run => run.Evaluations.Single().Loss).Distinct());

        // BatchNorm counts each shard's pass, and a step counts once.
        var counted = runs[3].Snapshots.Single().Weights.Single(array => array.Name == "_norm.num_batches_tracked");
        Assert.Equal(12, BitConverter.ToInt64(counted.Data.Span));
    }

    [Theory]
    [InlineData("DrawingNet")]
    [InlineData("GoodNet")]
    public async Task Run_EnsureSameWeightsWhoeverDrawsTheRandomNumbers(string model)
    {
        var (spec, data) = Tried(_package.Spec(model));
        Assert.Equal(model == "DrawingNet", data.Facts.UserCode!.Model!.Draws);
        var hashes = new List<string>();
        foreach (var workers in new[] { 1, 2, 4 })
        {
            hashes.Add((await TinyRun.RunAsync(spec, data, workers, packages: _package.Packages)).Hash);
        }

        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public async Task Run_EnsureFrozenParametersStayAsTheyWereDrawn()
    {
        var (spec, data) = Tried(_package.Spec("GoodNet") with { Freeze = ["_first.*"] });
        Assert.Equal(10, data.Facts.UserCode!.Model!.Parameters.Count);
        var first = (await TinyRun.RunAsync(spec, data, 1, until: 1, packages: _package.Packages)).Snapshots.Single().Weights;
        var runs = new[] { await TinyRun.RunAsync(spec, data, 1, packages: _package.Packages), await TinyRun.RunAsync(spec, data, 4,
            packages: _package.Packages) };
        Assert.Equal(runs[0].Hash, runs[1].Hash);
        foreach (var array in runs[0].Snapshots.Single().Weights.Where(array => array.Name.EndsWith("weight", StringComparison.Ordinal)))
        {
            var same = first.Single(other => other.Name == array.Name).Data.Span.SequenceEqual(array.Data.Span);
            Assert.Equal(array.Name.StartsWith("_first.", StringComparison.Ordinal), same);
        }
    }

    [Fact]
    public async Task Predictor_EnsureAModelOfTheUsersPredicts()
    {
        var (spec, data) = Tried(_package.Spec("GoodNet", loss: "GoodLoss") with { Epochs = 30 });
        var trained = (await TinyRun.RunAsync(spec, data, 2, packages: _package.Packages)).Snapshots.Single();
        using var predictor = new Predictor(spec, data.Facts, trained, _package.Packages);
        var predictions = predictor.Predict(data.Validation!, withTargets: true, TestContext.Current.CancellationToken).ToList();
        Assert.Equal(data.Validation!.Count, predictions.Count);
        Assert.InRange(predictions.Count(each => each.Predicted[0] == each.Targets[0]), 0.9 * predictions.Count, predictions.Count);

        var (tokens, text) = Tried(_package.Tied());
        var tied = (await TinyRun.RunAsync(tokens, text, 1, packages: _package.Packages)).Snapshots.Single();
        using var scores = new Predictor(tokens, text.Facts, tied, _package.Packages);
        Assert.All(scores.Predict(text.Train, withTargets: true, TestContext.Current.CancellationToken), each => Assert.Equal((1024, 4),
            (each.Predicted.Count, each.Targets.Count)));
    }

    [Fact]
    public async Task Run_EnsureTiedWeightsStayOne()
    {
        var (spec, data) = Tried(_package.Tied());
        var runs = new[] { await TinyRun.RunAsync(spec, data, 1, packages: _package.Packages), await TinyRun.RunAsync(spec, data, 4,
            packages: _package.Packages) };
        Assert.Equal(runs[0].Hash, runs[1].Hash);
        var weights = runs[0].Snapshots.Single().Weights;
        Assert.Equal(["_letters.weight", "_scores.weight"], weights.Select(array => array.Name));
        Assert.True(weights[0].Data.Span.SequenceEqual(weights[1].Data.Span));
        var half = await TinyRun.RunAsync(spec, data, 2, until: 4, packages: _package.Packages);
        Assert.Equal(runs[0].Hash, (await TinyRun.RunAsync(spec, data, 3, from: half.Snapshots.Single(), packages: _package.Packages)).Hash);
    }

    [Fact]
    public async Task Run_EnsureSameWeightsWhereItGoesOnFromACheckpointOnOtherWorkers()
    {
        var (spec, data) = Tried(_package.Spec("GoodNet"));
        var whole = await TinyRun.RunAsync(spec, data, 1, packages: _package.Packages);
        var half = await TinyRun.RunAsync(spec, data, 4, until: 5, packages: _package.Packages);
        var rest = await TinyRun.RunAsync(spec, data, 2, from: half.Snapshots.Single(), packages: _package.Packages);
        Assert.Equal(whole.Hash, rest.Hash);
    }

    [Fact]
    public async Task Run_EnsureALossOfOnesOwnGivesTheBitsOfSheafs()
    {
        var (own, data) = Tried(_package.Spec("GoodNet", loss: "GoodLoss"));
        var (sheafs, same) = Tried(_package.Spec("GoodNet"));
        var (first, second) = (await TinyRun.RunAsync(own, data, 2, packages: _package.Packages), await TinyRun.RunAsync(sheafs, same, 2,
            packages: _package.Packages));
        Assert.Equal(second.Steps[0].Select(step => step.Loss), first.Steps[0].Select(step => step.Loss), (one, other) => Math.Abs(one - other) < 1e-5);
    }

    [Fact]
    public async Task Run_EnsureAFailureNamesStepShardAndLine()
    {
        var late = _package.Class("LateNet", ("calls", "60"));
        var (spec, data) = Tried(_package.Spec() with { Model = new ModelSpec.OfClass(late), Epochs = 100, Shards = 2 });
        var run = await TinyRun.RunAsync(spec, data, 1, packages: _package.Packages);
        Assert.Matches(@"^Step 30, shard 0: InvalidOperationException: enough \(in Sheaf\.Tests\.UserCode\.LateNet\.forward, Models\.cs line \d+\)$",
            Assert.Single(run.Ended)!);
    }

    /// <summary>The rows, with what a trial found.</summary>
    private (ExperimentSpec Spec, DataBundle Data) Tried(ExperimentSpec spec)
    {
        var cancel = TestContext.Current.CancellationToken;
        var result = new UserCodeTrial(_package.Packages, _ => { }, TimeProvider.System).Run(spec, cancel);
        Assert.Empty(result.Problems);
        var data = DataLoader.Load(spec.Data, spec.Seed, null, cancel, _package.Packages);
        return (spec, data with { Facts = data.Facts with { UserCode = result.Facts } });
    }
}
