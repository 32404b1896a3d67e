using Sheaf.Testbed;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Parity.Models;

/// <summary>The example of one step of ResNet-18, from weights that PyTorch has written, ends where PyTorch does.</summary>
[Trait("Category", "Slow")]
public sealed class ResNetStepTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("resnet18.pt")]
    [InlineData("resnet18.safetensors")]
    public async Task Step_FromAFileOfWeights_IsPyTorchs(string weights)
    {
        foreach (var file in new[] { "resnet18-step-data.npy", "resnet18-step-labels.npy" })
        {
            File.Copy(Path.Combine(Checkout.Root, "examples", file), Path.Combine(_folder.Root, file));
        }

        await Python.RunAsync("Models/resnet18_step.py", new { make = _folder.Root });
        await using var silo = await TestSilo.Start(_folder);
        var spec = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "examples/resnet18-step.yaml"), TestSilo.Guard);
        await silo.Submit(_folder, "step", $"{spec}\nweights: {weights}\n");
        var view = await silo.Completed("step");
        var theirs = await Python.RunAsync("Models/resnet18_step.py", new
        {
            before = Path.Combine(_folder.Root, "resnet18.pt"),
            after = Path.Combine(view.Checkpoints[^1].Path, "weights.safetensors"),
            data = Path.Combine(_folder.Root, "resnet18-step-data.npy"),
            labels = Path.Combine(_folder.Root, "resnet18-step-labels.npy"),
        });

        Assert.Empty(theirs.GetProperty("names").EnumerateArray());
        Assert.True(theirs.GetProperty("furthest").GetDouble() <= 1e-4, theirs.ToString());
        Assert.InRange(theirs.GetProperty("moved").GetDouble(), 0.1, 1000);

        // The example's labels are 100 lower, and its loss is the mean of 1,000.
        Assert.Equal((theirs.GetProperty("loss").GetDouble() / 1000) + 100, view.Run.Result!.Metrics["train_loss"], 1e-4);
    }
}
