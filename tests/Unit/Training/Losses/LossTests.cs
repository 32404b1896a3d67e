using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;
using Sheaf.Training.Losses;
using Sheaf.Training.Models;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Losses;

public sealed class LossTests
{
    private static readonly LossSpec[] All =
    [
        new LossSpec.CrossEntropy(0.1, [1, 0.5, 3]), new LossSpec.Nll(0.1, [1, 0.5, 3]), new LossSpec.MultiMargin(), new LossSpec.BinaryCrossEntropy(),
        new LossSpec.BinaryCrossEntropyWithLogits(3), new LossSpec.Hinge(), new LossSpec.MeanSquaredError(), new LossSpec.MeanAbsoluteError(),
            new LossSpec.Huber(0.5),
        new LossSpec.SmoothL1(0.5), new LossSpec.PoissonNll(), new LossSpec.GaussianNll(),
    ];

    public static TheoryData<int> Each => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Each))]
    public async Task Run_EnsureTheSameBitsOnOneToFourWorkers(int which)
    {
        var (loss, data) = (All[which], Data(All[which]));
        MetricSpec[] metrics = loss.Predicts switch
        {
            PredictionKind.Class => [new MetricSpec.Accuracy(), new MetricSpec.TopKAccuracy(2), new MetricSpec.Precision(), new MetricSpec.Recall(),
                new MetricSpec.F1()],
            PredictionKind.YesOrNo => [new MetricSpec.Accuracy(), new MetricSpec.Precision(), new MetricSpec.Recall(), new MetricSpec.F1(Averaging.Macro)],
            _ => [new MetricSpec.MeanSquaredError(), new MetricSpec.RootMeanSquaredError(), new MetricSpec.MeanAbsoluteError(), new MetricSpec.RSquared()],
        };
        var spec = TinyRun.Spec(Layers(loss), shards: 4) with { Loss = loss, Metrics = metrics };
        var runs = new List<TinyRun.Outcome>();
        foreach (var workers in new[] { 1, 2, 4 })
        {
            runs.Add(await TinyRun.RunAsync(spec, data, workers));
        }

        Assert.All(runs, run => Assert.Equal(runs[0].Hash, run.Hash));
        Assert.All(runs, run => Assert.Equal(runs[0].Evaluations.Single().Metrics, run.Evaluations.Single().Metrics));
        Assert.All(runs[0].Evaluations.Single().Metrics, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(runs[0].Hash, (await TinyRun.RunAsync(spec with { Metrics = [] }, data, 1)).Hash);
        var plain = await TinyRun.RunAsync(spec with { Shards = 1 }, data, 1);
        Assert.Equal(plain.Steps[0].First().Loss, runs[0].Steps[0].First().Loss, 1e-5);
        Assert.All(plain.Steps[0].First().Metrics.Zip(runs[0].Steps[0].First().Metrics), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(plain.Evaluations.Single().Loss, runs[0].Evaluations.Single().Loss, 1e-3);
        Assert.True(runs[0].Steps[0].TakeLast(3).Average(step => step.Loss) < runs[0].Steps[0].Take(3).Average(step => step.Loss));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Sum_EnsureNothingIsBroadcast(int which)
    {
        using var scope = NewDisposeScope();
        var loss = Loss.Of(All[which], All[which].WantsClasses ? 3 : All[which].OutputsPerTarget);
        var width = loss.WantsClasses ? 3 : All[which].OutputsPerTarget;
        var target = loss.WantsClasses ? zeros([6], ScalarType.Int64) : zeros([6, 1]);
        Assert.True(float.IsFinite(loss.Sum(full([6, width], 0.25f), target).item<float>()));
        Tensor[] outputs = [zeros([6]), zeros([1, width]), zeros([6, width + 1]), zeros([6, width, 1])];
        Assert.All(outputs, output => Assert.Throws<ArgumentException>(() => loss.Sum(output, target)));
        Tensor[] targets = [zeros([6, 2]), zeros([1, 1]), loss.WantsClasses ? zeros([6, 1], ScalarType.Int64) : zeros([6]), zeros([6, 1, 1])];
        Assert.All(targets, other => Assert.Throws<ArgumentException>(() => loss.Sum(zeros([6, width]), other)));
    }

    [Fact]
    public void Check_EnsureTargetsOutOfRangeAreNamedWithTheirRow()
    {
        var data = Data(new LossSpec.PoissonNll(), factor: -1);
        var facts = data.Facts with { Targets = TargetRange.Of(data.Train, data.Validation, null) };
        var loss = new LossSpec.PoissonNll();
        var spec = TinyRun.Spec(Layers(loss), 1) with { Loss = loss, Metrics = [] };
        Assert.Contains("poisson_nll needs targets of at least 0, but the training row with the number", Assert.Single(ModelShapes.Check(spec, facts)),
            StringComparison.Ordinal);
        Assert.Empty(ModelShapes.Check(spec with { Loss = new LossSpec.Huber() }, facts));
        Assert.Contains(
            "needs targets from 0 to 1",
            Assert.Single(ModelShapes.Check(spec with { Loss = new LossSpec.BinaryCrossEntropyWithLogits() }, facts)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Check_EnsureTheModelHasTheOutputsThatTheLossNeeds()
    {
        var data = Data(new LossSpec.GaussianNll());
        var spec = TinyRun.Spec(Layers(new LossSpec.Huber()), 1) with { Metrics = [] };
        Assert.Contains("end the model with linear: 2", Problem(spec with { Loss = new LossSpec.GaussianNll() }), StringComparison.Ordinal);
        Assert.Contains("2 or more, and a row has 1", Problem(spec with { Loss = new LossSpec.KlDiv() }), StringComparison.Ordinal);
        Assert.Contains("2 or more, and a row has 1", Problem(spec with { Loss = new LossSpec.CosineEmbedding() }), StringComparison.Ordinal);
        Assert.Contains("cannot judge", Problem(spec with { Loss = new LossSpec.Huber(), Metrics = [new MetricSpec.Accuracy()] }), StringComparison.Ordinal);
        var classes = TinyRun.Spec(TinyRun.Perceptron, 1) with { Metrics = [] };
        string Of(ExperimentSpec each) => Assert.Single(ModelShapes.Check(each, [1, 8, 8], 3));
        Assert.Contains("class_weights has 2 values", Of(classes with { Loss = new LossSpec.CrossEntropy(0, [1, 2]) }), StringComparison.Ordinal);
        Assert.Contains("choose a k of at most 2", Of(classes with { Metrics = [new MetricSpec.TopKAccuracy(3)] }), StringComparison.Ordinal);
        Assert.Contains("of class 1 of two", Of(classes with { Metrics = [new MetricSpec.F1(Averaging.Binary)] }), StringComparison.Ordinal);

        string Problem(ExperimentSpec each) => Assert.Single(ModelShapes.Check(each, data.Facts));
    }

    private static LayerSpec[] Layers(LossSpec loss) =>
    [
        new LayerSpec.Flatten(), new LayerSpec.Linear(16), new LayerSpec.Tanh(), new LayerSpec.Linear(loss.WantsClasses ? 3 : loss.OutputsPerTarget),
        .. loss switch { LossSpec.Nll => [new LayerSpec.LogSoftmax()], LossSpec.BinaryCrossEntropy => [new LayerSpec.Sigmoid()], _ => (LayerSpec[])[] },
    ];

    /// <summary>The blobs of three classes; for numbers their class is the number, and for yes or no whether it is class 1 or 2.</summary>
    private static DataBundle Data(LossSpec loss, float factor = 1)
    {
        var data = TinyRun.Classes();
        return loss.WantsClasses ? data : TinyRun.Bundle(Numbers(data.Train), Numbers(data.Validation!));

        TableRows Numbers(RowSet rows)
        {
            var (all, features, targets) = (Enumerable.Range(0, rows.Count).ToArray(), new float[rows.Count * rows.Width], new float[rows.Count]);
            rows.Gather(all, features);
            rows.GatherTargets(all, targets);
            return new(rows.Shape, features, [.. targets.Select(each => factor * (loss.Predicts == PredictionKind.YesOrNo ? Math.Min(each, 1) : each))],
                all, null, null);
        }
    }
}
