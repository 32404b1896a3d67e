using Sheaf.Specs;
using Sheaf.Training.Trials;

namespace Sheaf.Tests.Unit.Training.UserCode;

/// <summary>A trial counts the process's tensors and seeds its generator: nothing else may run beside it, as nothing does where it has a process of its
/// own.</summary>
[Collection(nameof(TrialsAlone))]
public sealed class UserCodeTrialTests : IDisposable
{
    private readonly SamplePackage _package = new();

    public void Dispose() => _package.Dispose();

    [Fact]
    public void Run_EnsureAModelIsDescribed()
    {
        var result = Try(_package.Spec("GoodNet", loss: "GoodLoss", metric: "Hits"));
        Assert.Empty(result.Problems);
        var model = result.Facts!.Model!;
        Assert.Equal([3], model.Output);
        Assert.Equal(10, model.Parameters.Count);
        Assert.Equal(["_norm.running_mean", "_norm.running_var"], model.Buffers.Select(buffer => buffer.Name));
        Assert.Equal(["_norm.num_batches_tracked"], model.Counters);
        Assert.Equal(1, result.Facts.LossesPerSample);
        Assert.Equal([1], result.Facts.MetricWidths);
    }

    [Fact]
    public void Run_EnsureAFactoryMakesTheModel()
    {
        var spec = _package.Spec() with { Model = new ModelSpec.OfClass(_package.Class("Factory", ("hidden", "5"))) };
        var result = Try(spec);
        Assert.Empty(result.Problems);
        Assert.Equal([5, 2], result.Facts!.Model!.Parameters[0].Shape);
    }

    [Fact]
    public void Run_EnsureLossesOfTokensAreCounted()
    {
        var spec = _package.Tied();
        var result = Try(spec);
        Assert.Empty(result.Problems);
        Assert.Equal(4, result.Facts!.LossesPerSample);
        Assert.Equal([4, 256], result.Facts.Model!.Output);

        // The layer that shares the embedding's weights adds none.
        Assert.Single(result.Facts.Model.Parameters);
    }

    [Theory]
    [InlineData("UnregisteredNet", "model: UnregisteredNet._layers holds layers that are not registered")]
    [InlineData("CountingNet", "your classes keep something from step to step that is neither a parameter nor a buffer")]
    [InlineData("LeakingNet", "tensors behind that nobody disposes of")]
    [InlineData("ThrowingNet", "model: InvalidOperationException: this model has a bad day (in Sheaf.Tests.UserCode.ThrowingNet.forward, Models.cs line ")]
    [InlineData("ArbitraryNet", "built twice with one seed, has other weights")]
    [InlineData("DoubleNet", "the parameter '_layer.weight' is Float64; only Float32 is trained")]
    [InlineData("ForgetfulNet", "has no parameter to train; does its constructor call RegisterComponents()?")]
    [InlineData("WideNet", "WideNet gives [2] a sample, the classes 0 to 1, but data.train: Sheaf.Tests.UserCode.Blobs row 2 has class 2")]
    [InlineData("SumNet", "SumNet gave [] for 6 samples; the first dimension must be the samples'")]
    [InlineData("NoModel", "is no nn.Module<Tensor, Tensor> and no IModelFactory")]
    [InlineData("Missing", "Sheaf.Tests.UserCode.Missing is not in what UserCode.csproj was built to")]
    [InlineData("LateNet", "the argument \"calls\" (whole number) is missing")]
    public void Run_EnsureWhatIsWrongWithAModelIsTold(string model, string problem) => AssertProblem(problem, _package.Spec(model));

    [Theory]
    [InlineData("FickleBlobs", "data.train: Sheaf.Tests.UserCode.FickleBlobs gives other numbers when a row is read a second time")]
    [InlineData("EndlessBlobs", "in row 0; features must be finite numbers")]
    [InlineData("FourthBlob", "FourthBlob has class 3 at row 17; it says that the classes are 0 to 2")]
    [InlineData("BrokenBlobs",
        "BrokenBlobs.Read failed at row 5: InvalidDataException: no such row today (in Sheaf.Tests.UserCode.BrokenBlobs.Read, Rows.cs line ")]
    [InlineData("GoodNet", "is no IDataset")]
    public void Run_EnsureWhatIsWrongWithRowsIsTold(string rows, string problem) => AssertProblem(problem, _package.Spec(rows: rows));

    [Fact]
    public void Run_EnsureALossThatIsAMeanIsTold() => AssertProblem("MeanLoss.Losses gave [] of Float32 for 6 samples", _package.Spec(loss: "MeanLoss"));

    [Fact]
    public void Run_EnsureAMetricWithoutSumsIsTold() => AssertProblem("Shapeless.Width is 0; allowed: 1 to 65536", _package.Spec(metric: "Shapeless"));

    [Fact]
    public void Run_EnsureAShardOfOneSampleIsTold()
    {
        var spec = _package.Spec() with { BatchSize = 4 };
        AssertProblem("on one sample, as many as the smallest shard of a batch has, '_norm.running_var' becomes NaN", spec);
    }

    [Fact]
    public void Run_EnsureAnUnknownArgumentIsTold()
    {
        var spec = _package.Spec() with { Model = new ModelSpec.OfClass(_package.Class("GoodNet", ("hiden", "5"))) };
        AssertProblem("has no parameter \"hiden\"; it has input, hidden", spec);
    }

    private TrialResult Try(ExperimentSpec spec) => new UserCodeTrial(_package.Packages, _ => { }, TimeProvider.System).Run(spec,
        TestContext.Current.CancellationToken);

    private void AssertProblem(string problem, ExperimentSpec spec)
    {
        var result = Try(spec);
        Assert.Null(result.Facts);
        Assert.Contains(result.Problems, each => each.Contains(problem, StringComparison.Ordinal));
    }
}
