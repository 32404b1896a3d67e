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

    /// <summary>The numbers of parameters that torchvision's documentation has, and its multiply-adds (GFLOPS there) for 224 x 224.</summary>
    [Theory]
    [InlineData("resnet18", 11_689_512, 1.81)]
    [InlineData("resnet34", 21_797_672, 3.66)]
    [InlineData("resnet50", 25_557_032, 4.09)]
    [InlineData("mobilenet_v2", 3_504_872, 0.30)]
    [InlineData("vgg11", 132_863_336, 7.61)]
    [InlineData("vgg11_bn", 132_868_840, 7.61)]
    public void Networks_HaveTorchvisionsNumbersOfParameters(string network, long parameters, double billions)
    {
        var spec = SpecOf($"network: {network}");
        var summary = ModelSummary.Of(spec, [3, 224, 224]);

        Assert.Equal((parameters, 0L), (summary.Parameters, summary.Frozen));
        Assert.Equal(billions, summary.MultiplyAdds / 1e9, 0.01);
        Assert.Equal([1000], summary.Layers.Last(layer => layer.Depth == 0).Output);
        Assert.Equal(parameters, ModelShapes.Plan(spec, [3, 224, 224], 1000).Parameters.Sum(tensor => tensor.Count));
    }

    [Fact]
    public void NetworkWithoutItsHead_HasTheLayersBehindIt()
    {
        var summary = ModelSummary.Of(SpecOf("{ network: { resnet18: { head: false } }, layers: [ dropout, { linear: 10 } ] }"), [1, 28, 28]);

        Assert.Equal(["conv1", "bn1", "relu", "maxpool", "layer1"], summary.Layers.Where(layer => layer.Depth == 0).Take(5).Select(layer => layer.Number));
        Assert.Contains(summary.Layers, layer => (layer.Number, layer.Name, layer.Depth) == ("layer2.0.downsample.0", "conv2d", 2));
        var last = summary.Layers[^1];
        Assert.Equal(("1", "linear", 5130L), (last.Number, last.Name, last.Parameters));
    }

    [Theory]
    [InlineData("{ network: resnet18 }", new[] { 3, 64 }, "resnet18 needs images [channels, height, width], and a sample is [3, 64]")]
    [InlineData("{ network: vgg11 }", new[] { 1, 28, 28 }, "vgg11 needs images of 32 x 32 or more, and gets 28 x 28")]
    public void NetworksThatDoNotFit_SayWhatTheyNeed(string model, int[] input, string message)
    {
        var spec = SpecOf(model);
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ModelSummary.Of(spec, input)).Message, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Single(ModelShapes.Check(spec, input, 10)), StringComparison.Ordinal);
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

    private static ExperimentSpec SpecOf(string model) => Assert.IsType<ExperimentSpec>(SpecParser.Parse(
        $$"""
        name: network
        data: { train: { format: idx, images: images, labels: labels } }
        model: {{(model.StartsWith('{') ? model : $"{{ {model} }}")}}
        loss: cross_entropy
        optimizer: adam
        batch_size: 8
        """,
        "/data").Spec);
}
