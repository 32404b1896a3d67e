using Sheaf.Specs;

namespace Sheaf.Tests.Unit.Specs;

public class SpecParserTests
{
    [Fact]
    public void Parse_ReadsASoundSpecWithItsDefaults()
    {
        var result = SpecTexts.Parse(SpecTexts.Sound);

        Assert.Empty(result.Violations);
        var spec = result.Spec!;
        Assert.Equal("small", spec.Name);
        Assert.Equal(new SourceSpec.Idx("/specs/train-images.gz", "/specs/train-labels.gz"), spec.Data.Train);
        Assert.Equal(new ValidationSpec.Fraction(0.1), spec.Data.Validation);
        Assert.Equal(
            [new LayerSpec.Conv2d(6, 5), new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Flatten(), new LayerSpec.Linear(10)],
            Assert.IsType<ModelSpec.Sequential>(spec.Model).Layers);
        Assert.Equal(new OptimizerSpec.Sgd(0.05, 0.9), spec.Optimizer);
        Assert.Equal(new ScheduleSpec.Constant(), spec.Schedule);
        Assert.Equal(new WorkerCount(2, 2), spec.Workers);
        Assert.Equal([new MetricSpec.Accuracy()], spec.Metrics);
        Assert.Equal(new CheckpointSpec { KeepBest = 1, KeepBestBy = "validation_loss" }, spec.Checkpoints);
        Assert.Null(spec.ClipNorm);
    }

    [Fact]
    public void Parse_ReportsFiveMistakesInOneGoWithTheirPlaces()
    {
        var violations = SpecTexts.Parse(
            SpecTexts.Sound
                .Replace("seed: 7", "seed: -1", StringComparison.Ordinal)
                .Replace("    - relu", "    - rellu", StringComparison.Ordinal)
                .Replace("learning_rate: 0.05", "learning_rate: fast", StringComparison.Ordinal)
                .Replace("epochs: 5", "epoch: 5", StringComparison.Ordinal)
                .Replace("workers: 2", "workers: 8", StringComparison.Ordinal)).Violations;

        Assert.Equal(
            [("seed", 2, 7), ("model.layers.1", 10, 7), ("optimizer.sgd.learning_rate", 15, 36), ("epoch", 17, 1), ("workers", 19, 10)],
            violations.Select(v => (v.Key, v.Line, v.Column)));
        Assert.Contains("-1 is out of range; allowed: 0 to 2^63-1", violations[0].Message, StringComparison.Ordinal);
        Assert.Contains("\"rellu\"; did you mean \"relu\"?", violations[1].Message, StringComparison.Ordinal);
        Assert.Contains("\"fast\" is not a finite number; allowed: above 0", violations[2].Message, StringComparison.Ordinal);
        Assert.Contains("did you mean \"epochs\"?", violations[3].Message, StringComparison.Ordinal);
        Assert.Contains("8 workers cannot share 4 shards", violations[4].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ReadsLongAndShortForms()
    {
        var spec = SpecTexts.Parse(
            SpecTexts.Sound,
            "optimizer=adamw",
            "schedule={step: {every: 500 steps, gamma: 0.5, warmup: 100 steps}}",
            "workers={min: 2, max: 4}",
            "batch_size=all",
            "loss={cross_entropy: {label_smoothing: 0.1}}",
            "data.transforms=[{normalize: {mean: 0.5, std: 2}}]",
            "model.layers=[{max_pool: {kernel: 3, stride: 2, padding: 1}}, avg_pool: 2, batch_norm, {batch_norm: {momentum: 0.2}}, dropout, dropout: 0.1, "
                + "flatten:, tanh, sigmoid, {linear: {out: 10, bias: false}}]",
            "data.validation={format: idx, images: /v/i, labels: l}",
            "checkpoints={keep: {by: validation_accuracy}}",
            "reduction=peer",
            "non_finite=skip",
            "bits=relaxed").Spec!;

        Assert.Equal(new OptimizerSpec.Adam(WeightDecay: 0.01, Decoupled: true), spec.Optimizer);
        Assert.Equal(new ScheduleSpec.Step(new Interval(500, IntervalUnit.Step), 0.5) { WarmupSteps = 100 }, spec.Schedule);
        Assert.Equal(new WorkerCount(2, 4), spec.Workers);
        Assert.Null(spec.BatchSize);
        Assert.Equal(new LossSpec.CrossEntropy(0.1), spec.Loss);
        var normalize = Assert.IsType<TransformSpec.Normalize>(Assert.Single(spec.Data.Transforms));
        Assert.Equal([0.5, 2.0], normalize.Mean.Concat(normalize.Std));
        Assert.Equal(
            [
                new LayerSpec.MaxPool(3, 2, 1), new LayerSpec.AvgPool(2), new LayerSpec.BatchNorm(), new LayerSpec.BatchNorm(Momentum: 0.2),
                new LayerSpec.Dropout(), new LayerSpec.Dropout(0.1),
                new LayerSpec.Flatten(), new LayerSpec.Tanh(), new LayerSpec.Sigmoid(), new LayerSpec.Linear(10, Bias: false),
            ],
            Assert.IsType<ModelSpec.Sequential>(spec.Model).Layers);
        Assert.Equal(new ValidationSpec.Source(new SourceSpec.Idx("/v/i", "/specs/l")), spec.Data.Validation);
        Assert.Equal(new CheckpointSpec { KeepBestBy = "validation_accuracy", KeepBest = 1 }, spec.Checkpoints);
        Assert.Equal((ReductionKind.Peer, NonFinitePolicy.Skip, BitsPolicy.Relaxed), (spec.Reduction, spec.NonFinite, spec.Bits));
    }
}
