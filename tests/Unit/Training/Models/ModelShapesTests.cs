using Sheaf.Contracts.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Models;

namespace Sheaf.Tests.Unit.Training.Models;

public sealed class ModelShapesTests
{
    [Fact]
    public void Plan_EnsureLeNetsTensorsAndPaddedLength()
    {
        LayerSpec[] layers =
        [
            new LayerSpec.Conv2d(6, 5, Padding: 2), new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Conv2d(16, 5), new LayerSpec.Relu(), new LayerSpec.MaxPool(2),
            new LayerSpec.Flatten(), new LayerSpec.Linear(120), new LayerSpec.Relu(), new LayerSpec.Linear(84), new LayerSpec.Relu(), new LayerSpec.Linear(10),
        ];
        var plan = ModelShapes.Plan(TinyRun.Spec(layers, 1), [1, 28, 28], 10);
        Assert.Equal([10], plan.Output);
        Assert.Equal([400], plan.Inputs[7]);
        Assert.Equal(61706, plan.Parameters.Sum(p => p.Count));
        Assert.Equal(["0.weight", "0.bias", "3.weight", "3.bias", "7.weight", "7.bias", "9.weight", "9.bias", "11.weight", "11.bias"], plan.Parameters.Select(p => p.Name));
        Assert.Equal(plan.Parameters.Sum(p => (p.Count + 15) / 16 * 16) + 3 + plan.Digests, plan.ReductionLength);
    }

    [Fact]
    public void Plan_EnsureItIsWhatTheBuilderBuilds()
    {
        var spec = TinyRun.Spec(TinyRun.Convolutional, 2);
        var plan = ModelShapes.Plan(spec, [1, 8, 8], 3);
        using var model = new FlatModel(ModelBuilder.Build(spec, plan, new StepContext(1)));
        Assert.Equal(plan.Parameters.Select(p => (p.Name, Shape: string.Join(',', p.Shape))), model.Parameters.Select(p => (p.Name, string.Join(',', p.Shape))));
        Assert.Equal(plan.ReductionLength, model.WeightCount + model.BufferCount + plan.Scalars + plan.Digests);
        Assert.Equal(
            ["1.running_mean", "1.running_var", "1.num_batches_tracked", "7.running_mean", "7.running_var", "7.num_batches_tracked"],
            model.State.Select(s => s.Name).Except(plan.Parameters.Select(p => p.Name)));
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
