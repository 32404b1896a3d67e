using Sheaf.Tests.Cluster.Hosting;

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
            "Checkpoints/score.py", new { weights = Path.Combine(view.Checkpoints[^1].Path, "weights.safetensors"), rows = Path.Combine(_folder.Root, "rows.csv") });
        var ours = view.Run.Result!.Metrics;
        Assert.Equal(ours["test_accuracy"], theirs.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.Equal(ours["test_loss"], theirs.GetProperty("loss").GetDouble(), 1e-6);
    }
}
