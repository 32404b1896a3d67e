using Microsoft.Extensions.DependencyInjection;
using Sheaf.Silo.Serving;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.V1;

namespace Sheaf.Tests.Parity.Checkpoints;

/// <summary>What comes out of a run is a model that PyTorch loads by the names of its layers, and that scores there what the run said.</summary>
public sealed class TrainedModelTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LastCheckpoint_LoadedByPyTorch_HasTheRunsTestLossAndAccuracy()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "trained", TestFolder.Spec());
        var view = await silo.Completed("trained");
        var theirs = await Python.RunAsync(
            "Checkpoints/score.py", new
            {
                weights = Path.Combine(view.Checkpoints[^1].Path, "weights.safetensors"),
                rows = Path.Combine(_folder.Root,
                "rows.csv")
            });
        var ours = view.Run.Result!.Metrics;
        Assert.Equal(ours["test_accuracy"], theirs.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.Equal(ours["test_loss"], theirs.GetProperty("loss").GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData(WeightsFormat.Pt, "best-step-{0}.pt")]
    [InlineData(WeightsFormat.Safetensors, "best-step-{0}.safetensors")]
    public async Task Export_LoadedByPyTorch_HasTheTestLossOfTheBestWeights(WeightsFormat format, string named)
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "best", TestFolder.Spec(epochs: 8, learningRate: "0.3", more: "early_stopping: { patience: 100 }"));
        var view = await silo.Completed("best");
        Assert.True(view.Run.Result!.Step < 80, "The test needs a best that is not the last.");

        var (name, size) = ("", 0L);
        using var written = new MemoryStream();
        await silo.Services.GetRequiredService<CheckpointFiles>().Export(
            view,
            new() { ExperimentId = "best", Format = format },
            async chunk =>
            {
                (name, size) = chunk.File.Length > 0 ? (chunk.File, chunk.Size) : (name, size);
                await written.WriteAsync(chunk.Data.Memory);
            },
            TestSilo.Guard);
        Assert.Equal((string.Format(System.Globalization.CultureInfo.InvariantCulture, named, view.Run.Result.Step), written.Length), (name, size));

        var file = Path.Combine(_folder.Root, name);
        await File.WriteAllBytesAsync(file, written.ToArray(), TestSilo.Guard);
        var theirs = await Python.RunAsync("Checkpoints/score.py", new { weights = file, rows = Path.Combine(_folder.Root, "rows.csv") });
        Assert.Equal(view.Run.Result.Metrics["test_loss"], theirs.GetProperty("loss").GetDouble(), 1e-6);
    }
}
