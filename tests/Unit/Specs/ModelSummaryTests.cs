using Sheaf.Specs;
using Sheaf.Specs.Summaries;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Models;

namespace Sheaf.Tests.Unit.Specs;

public class ModelSummaryTests
{
    private static readonly LayerSpec[] LeNet =
    [
        new LayerSpec.Conv2d(6, 5, Padding: 2), new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Conv2d(16, 5), new LayerSpec.Relu(),
            new LayerSpec.MaxPool(2),
        new LayerSpec.Flatten(), new LayerSpec.Linear(120), new LayerSpec.Relu(), new LayerSpec.Linear(84), new LayerSpec.Relu(), new LayerSpec.Linear(10),
    ];

    [Fact]
    public void LeNet_HasTheNumbersOfTheTextbook()
    {
        var summary = ModelSummary.Of(TinyRun.Spec(LeNet, 4, batch: 64), [1, 28, 28]);

        Assert.Equal((61_706L, 0L, 416_520.0, 16), (summary.Parameters, summary.Frozen, summary.MultiplyAdds, summary.ShardSamples));
        Assert.Equal([117_600.0, 240_000, 48_000, 10_080, 840], summary.Layers.Select(layer => layer.MultiplyAdds).Where(count => count > 0));
        Assert.Equal([16, 10, 10], summary.Layers[3].Output);
    }

    [Fact]
    public void Numbers_AreThoseThatTheTrainingPlansWith()
    {
        (LayerSpec[], int[])[] models = [(LeNet, [1, 28, 28]), (TinyRun.EveryLayer, [1, 8, 8]), (TinyRun.Convolutional, [1, 8, 8])];
        foreach (var (layers, input) in models)
        {
            var spec = TinyRun.Spec(layers, 4, batch: 64, new OptimizerSpec.Adam());
            var plan = ModelShapes.Plan(spec, input, layers == LeNet ? 10 : 3);
            var summary = ModelSummary.Of(spec, input);

            Assert.Equal(plan.Parameters.Sum(tensor => tensor.Count), summary.Parameters);
            Assert.Equal(plan.Output, summary.Layers.Last(layer => layer.Depth == 0).Output);
            Assert.InRange(summary.WorkerBytes!.Value / MemoryEstimate.BytesOfWorker(spec, plan, 1000), 0.8, 1.0);
        }
    }

    [Fact]
    public void LayersInsideOthers_FollowThemAndAreInTheirNumbers()
    {
        var summary = ModelSummary.Of(TinyRun.Spec(TinyRun.EveryLayer, 1), [1, 8, 8]);

        var outer = summary.Layers.Single(layer => layer.Number == "4");
        var inner = summary.Layers.Where(layer => layer.Number.StartsWith("4.", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["4.layers.0", "4.layers.1", "4.layers.2", "4.shortcut.0"], inner.Select(layer => layer.Number));
        Assert.Equal((outer.Parameters, outer.MultiplyAdds), (inner.Sum(layer => layer.Parameters), inner.Sum(layer => layer.MultiplyAdds)));
        Assert.All(inner, layer => Assert.Equal(1, layer.Depth));

        // Depthwise: each of 4 channels with a window of its own. Transposed: every value goes through the window.
        Assert.Equal(4 * 9 * 64.0, summary.Layers.Single(layer => layer.Number == "3.layers.0").MultiplyAdds);
        Assert.Equal(8 * 16 * 4 * 4.0, summary.Layers.Single(layer => layer.Number == "5").MultiplyAdds);
    }

    [Fact]
    public void Frozen_AreCountedApart()
    {
        var summary = ModelSummary.Of(TinyRun.Spec(LeNet, 1) with { Freeze = ["0.*", "3.weight"] }, [1, 28, 28]);

        Assert.Equal(156 + 2400, summary.Frozen);
        Assert.Equal([156L, 2400], summary.Layers.Select(layer => layer.Frozen).Where(count => count > 0));
        var nothing = TinyRun.Spec(LeNet, 1) with { Freeze = ["x"] };
        Assert.Contains(
            "\"x\" matches no parameter", Assert.Throws<ArgumentException>(() => ModelSummary.Of(nothing, [1, 28, 28])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LayersThatDoNotFit_AreNamed() => Assert.Contains(
        "model: layers[3] conv2d has a kernel of 5",
        Assert.Throws<ArgumentException>(() => ModelSummary.Of(TinyRun.Spec(LeNet, 1), [1, 8, 8])).Message,
        StringComparison.Ordinal);
}
