using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;

namespace Sheaf.Tests.Unit.Training.Models;

public sealed class ModelShapesTests
{
    [Fact]
    public void Plan_EnsureLeNetsTensorsAndPaddedLength()
    {
        LayerSpec[] layers =
        [
            new LayerSpec.Conv2d(6, 5, Padding: 2), new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Conv2d(16, 5), new LayerSpec.Relu(),
                new LayerSpec.MaxPool(2),
            new LayerSpec.Flatten(), new LayerSpec.Linear(120), new LayerSpec.Relu(), new LayerSpec.Linear(84), new LayerSpec.Relu(), new LayerSpec.Linear(10),
        ];
        var plan = ModelShapes.Plan(TinyRun.Spec(layers, 1), [1, 28, 28], 10);
        Assert.Equal([10], plan.Output);
        Assert.Equal([400], plan.Inputs[7]);
        Assert.Equal(61706, plan.Parameters.Sum(p => p.Count));
        Assert.Equal(
            ["0.weight", "0.bias", "3.weight", "3.bias", "7.weight", "7.bias", "9.weight", "9.bias", "11.weight", "11.bias"],
            plan.Parameters.Select(p => p.Name));
        Assert.Equal(plan.Parameters.Sum(p => (p.Count + 15) / 16 * 16) + 1 + (4 * 4) + plan.Digests, plan.ReductionLength);
    }

    [Fact]
    public void Plan_EnsureItIsWhatTheBuilderBuilds()
    {
        var spec = TinyRun.Spec(TinyRun.Convolutional, 2);
        var plan = ModelShapes.Plan(spec, [1, 8, 8], 3);
        using var model = new FlatModel(ModelBuilder.Build(spec, plan, new StepContext(1)));
        Assert.Equal(
            plan.Parameters.Select(p => (p.Name, Shape: string.Join(',', p.Shape))), model.Parameters.Select(p => (p.Name, string.Join(',', p.Shape))));
        Assert.Equal(plan.ReductionLength, model.WeightCount + model.BufferCount + plan.Scalars + plan.Sums + plan.Digests);
        Assert.Equal(
            ["1.running_mean", "1.running_var", "1.num_batches_tracked", "7.running_mean", "7.running_var", "7.num_batches_tracked"],
            model.State.Select(s => s.Name).Except(plan.Parameters.Select(p => p.Name)));
    }

    [Fact]
    public void Plan_OfSequences_HasTheTensorsThatTheBuilderMakes()
    {
        var spec = TinyRun.Spec(TinyRun.Sequences, 2);
        var plan = ModelShapes.Plan(spec, [1, 8, 8], 3);
        using var model = new FlatModel(ModelBuilder.Build(spec, plan, new StepContext(1)));
        Assert.Equal(
            plan.Parameters.Select(p => (p.Name, Shape: string.Join(',', p.Shape))), model.Parameters.Select(p => (p.Name, string.Join(',', p.Shape))));
        Assert.Contains("3.self_attn.out_proj.bias", plan.Parameters.Select(p => p.Name));
        Assert.Contains("5.weight_hh_l1_reverse", plan.Parameters.Select(p => p.Name));
        Assert.Contains("7.branches.1.1.weight", plan.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void Plan_EnsureLayersInsideOthersHaveTheTensorsThatTheBuilderMakes()
    {
        var spec = TinyRun.Spec(TinyRun.EveryLayer, 2);
        var plan = ModelShapes.Plan(spec, [1, 8, 8], 3);
        using var model = new FlatModel(ModelBuilder.Build(spec, plan, new StepContext(1)));
        Assert.Equal(
            plan.Parameters.Select(p => (p.Name, Shape: string.Join(',', p.Shape))), model.Parameters.Select(p => (p.Name, string.Join(',', p.Shape))));
        Assert.Equal(plan.ReductionLength, model.WeightCount + model.BufferCount + plan.Scalars + plan.Sums + plan.Digests);
        Assert.Contains("4.shortcut.0.weight", plan.Parameters.Select(p => p.Name));
        var drawn = model.Parameters.Where(p => p.Name.EndsWith("weight",
            StringComparison.Ordinal) && p.Shape.Length > 3).Select(p => p.Tensor.max().item<float>()).ToList();
        Assert.Equal(drawn.Count, drawn.Distinct().Count());
    }

    [Theory]
    [InlineData("cuts 1 channels, and makes 4, in 4 groups; groups must divide both", "groups")]
    [InlineData("cannot add [2, 8, 8], which its layers make of [1, 8, 8], and [1, 8, 8] of its shortcut", "residual")]
    [InlineData("residual cannot run, as its layers[0] linear gets [1, 8, 8] a sample", "inside")]
    [InlineData("makes [2, 8, 8], 128 values, of [1, 8, 8], 64 values", "reshape")]
    [InlineData("cuts 1 channels into 2 groups", "group norm")]
    [InlineData("choose a size of at most 8", "pool")]
    [InlineData("has an output_padding of 1, and a stride of 1", "transposed")]
    [InlineData("has padding 2; allowed is at most half the kernel (1).", "avg_pool")]
    [InlineData("conv1d gets [1, 8, 8] a sample, which has 3 dimensions, not 2; it needs sequences", "conv1d")]
    [InlineData("softmax gets [1, 8, 8] a sample", "softmax")]
    [InlineData("lstm gets [1, 8, 8] a sample, which has 3 dimensions, not 2; it needs sequences [length, width]", "lstm")]
    [InlineData("has a dropout of 0.5 and one layer", "dropout of gru")]
    [InlineData("cuts a width of 8 into 3 heads; heads must divide the width", "heads")]
    [InlineData("cannot join [4, 6, 6], which its branches.0 make of [1, 8, 8], and [2, 8, 8] of its branches.1", "branches")]
    public void Check_EnsureALayerThatDoesNotFitIsNamedWithTheReason(string message, string mistake)
    {
        LayerSpec layer = mistake switch
        {
            "groups" => new LayerSpec.Conv2d(4, 3, Groups: 4),
            "residual" => new LayerSpec.Residual([new LayerSpec.Conv2d(2, 3, Padding: 1)], []),
            "inside" => new LayerSpec.Residual([new LayerSpec.Linear(2)], []),
            "reshape" => new LayerSpec.Reshape([2, 8, 8]),
            "group norm" => new LayerSpec.GroupNorm(2),
            "pool" => new LayerSpec.AdaptiveAvgPool(9),
            "transposed" => new LayerSpec.ConvTranspose2d(4, 2, OutputPadding: 1),
            "avg_pool" => new LayerSpec.AvgPool(2, Padding: 2),
            "conv1d" => new LayerSpec.Conv1d(4, 2),
            "lstm" => new LayerSpec.Lstm(4),
            "dropout of gru" => new LayerSpec.Residual([new LayerSpec.Reshape([8, 8]), new LayerSpec.Gru(4, DropProbability: 0.5)], []),
            "heads" => new LayerSpec.Residual([new LayerSpec.Reshape([8, 8]), new LayerSpec.TransformerBlock(3)], []),
            "branches" => new LayerSpec.Parallel([[new LayerSpec.Conv2d(4, 3)], [new LayerSpec.Conv2d(2, 1)]]),
            _ => new LayerSpec.Softmax(),
        };
        Assert.Contains(
            message, Assert.Single(ModelShapes.Check(TinyRun.Spec([layer, new LayerSpec.Flatten(), new LayerSpec.Linear(3)], 1), [1, 8, 8], 3)),
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear", "flatten")]
    [InlineData("kernel", "at most 8")]
    [InlineData("classes", "linear: 3")]
    [InlineData("numbers", "mean_squared_error")]
    [InlineData("conv", "images")]
    public void Check_EnsureMisfitsAreNamedWithTheFix(string mistake, string fix)
    {
        LayerSpec[] layers = mistake switch
        {
            "linear" => [new LayerSpec.Linear(3)],
            "kernel" => [new LayerSpec.Conv2d(2, 9), new LayerSpec.Flatten(), new LayerSpec.Linear(3)],
            "classes" => [new LayerSpec.Flatten(), new LayerSpec.Linear(2)],
            "conv" => [new LayerSpec.Flatten(), new LayerSpec.Conv2d(2, 3)],
            _ => [new LayerSpec.Flatten(), new LayerSpec.Linear(3)],
        };
        var problems = ModelShapes.Check(TinyRun.Spec(layers, 1), [1, 8, 8], mistake == "numbers" ? null : 3);
        Assert.Contains(fix, Assert.Single(problems), StringComparison.Ordinal);
    }

    /// <summary>Sizes whose products pass 32 bits, in weights, in bytes, and in one sample's values.</summary>
    [Theory]
    [InlineData("2,400,000,000 weights; a model has at most 536,870,896 in all", 40_000, 60_000)]
    [InlineData("900,000,000 weights", 30_000, 30_000)]
    [InlineData("1,099,511,627,776 weights", 1 << 20, 1 << 20)]
    [InlineData("400,000,000 weights, with those before it 800,0", 20_000, 20_000, 20_000)]
    public void Check_EnsureMoreWeightsThanABufferHoldsAreRefusedWithCountAndLimit(string message, params int[] sizes)
    {
        LayerSpec[] layers = [new LayerSpec.Flatten(), .. sizes[1..].Select(size => new LayerSpec.Linear(size, Bias: false))];
        var problem = Assert.Single(ModelShapes.Check(TinyRun.Spec(layers, 1), [1, 1, sizes[0]], sizes[^1]));
        Assert.StartsWith($"model: layers[{layers.Length - 1}] linear has ", problem, StringComparison.Ordinal);
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_EnsureASampleOfMoreValuesThan32BitsCountIsRefused()
    {
        LayerSpec[] layers = [new LayerSpec.Conv2d(1 << 20, 1), new LayerSpec.Flatten(), new LayerSpec.Linear(3)];
        Assert.Contains(
            "flatten makes 4294967296 values of a sample", Assert.Single(ModelShapes.Check(TinyRun.Spec(layers, 1), [1, 64, 64], 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_EnsureTheLargestModelThatIsAllowedHasALengthAndOneMoreWeightHasNone()
    {
        LayerSpec[] layers = [new LayerSpec.Flatten(), new LayerSpec.Linear(1024, Bias: false)];
        var fits = (int)(ModelPlan.MaxFloats / 1024);
        var plan = ModelShapes.Plan(TinyRun.Spec(layers, 1), [1, 1, fits], 1024);
        Assert.InRange(plan.ReductionLength, ModelPlan.MaxFloats - 2048, ModelPlan.MaxFloats);
        Assert.InRange(plan.ReductionLength * (long)sizeof(float), 1, int.MaxValue);
        Assert.Single(ModelShapes.Check(TinyRun.Spec(layers, 1), [1, 1, fits + 1], 1024));
    }

    [Theory]
    [InlineData(40_000_000, 100, 4, 1_000_000, "model: a sample or its output has 40,000,000 values; at most 2,147,483 are possible")]
    [InlineData(1000, 4_000_000, 4, 4_000_000,
        "batch_size: a shard has up to 1,000,000 samples of 1,000 values, and at most 536,870,911 values are possible; choose a batch_size of at most "
            + "2,147,480")]
    [InlineData(1000, null, 1, 1_000_000, "batch_size: a shard has up to 1,000,000 samples")]
    [InlineData(1000, 2_147_480, 4, 4_000_000, null)]
    public void Check_EnsureMoreValuesThanATensorsBytesCountAreRefused(int width, int? batch, int shards, int rows, string? message)
    {
        var spec = TinyRun.Spec([new LayerSpec.Flatten(), new LayerSpec.Linear(3)], shards) with { BatchSize = batch };
        var problems = ModelShapes.Check(spec, [1, 1, width], 3, rows);
        Assert.Equal(message is null ? 0 : 1, problems.Count);
        Assert.All(problems, problem => Assert.StartsWith(message!, problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_EnsureALabelOutOfRangeIsNamedWithItsRow()
    {
        LayerSpec[] layers = [new LayerSpec.Flatten(), new LayerSpec.Linear(5)];
        var facts = new DataFacts
        {
            Files = [],
            TrainCount = 400,
            Shape = [1, 2, 2],
            Classes = 8,
            LargestClass = new(7, "data.test: 'd.csv' line 397, column 'y'", 1),
            AbsentClasses = [5, 6],
            Mean = [0],
            Std = [1],
        };

        Assert.Equal(
            "model: the last layer gives [5] a sample, the classes 0 to 4, but data.test: 'd.csv' line 397, column 'y' has class 7; "
                + "of the classes below it no row has 5, 6. "
            + "Correct that value, or end the model with linear: 8.",
            Assert.Single(ModelShapes.Check(TinyRun.Spec(layers, 1), facts)));
        Assert.Contains(
            "'d.csv' line 3: -1 is no class",
            Assert.Single(ModelShapes.Check(TinyRun.Spec(layers, 1), facts with { Classes = null, NotClasses = "'d.csv' line 3: -1 is no class" })),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 4, 96, false)]
    [InlineData(24, 4, 106, false)]
    [InlineData(24, 4, 103, true)]
    [InlineData(7, 4, 70, true)]
    [InlineData(8, 4, 64, false)]
    public void Check_EnsureBatchNormIsRefusedWhereAShardCouldGetOneSample(int batch, int shards, int rows, bool refused)
    {
        LayerSpec[] layers = [new LayerSpec.Flatten(), new LayerSpec.Linear(4), new LayerSpec.BatchNorm(), new LayerSpec.Linear(3)];
        var problems = ModelShapes.Check(TinyRun.Spec(layers, shards, batch), [1, 8, 8], 3, rows);
        Assert.Equal(refused, problems.Count == 1);
        Assert.All(problems, problem => Assert.Contains("one sample", problem, StringComparison.Ordinal));
    }
}
