using Sheaf.Contracts.Grains.Messages;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Runs;

/// <summary>Experiments that begin with the weights of another.</summary>
public sealed class TransferTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Weights_OfACheckpoint_AreTakenByNameAndSaid()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "body", TestFolder.Spec());
        var body = await silo.Completed("body");

        var hashes = new List<string>();
        foreach (var workers in new[] { "1", "2", "4" })
        {
            var spec = TestFolder.Spec(
                epochs: 1, workers: workers, more: $"weights: {{ file: {body.Run.Result!.CheckpointPath}, except: \"4.*\" }}\nfreeze: [\"0.*\", \"1.*\"]");
            await silo.Submit(_folder, $"head-{workers}", spec);
            var view = await silo.Completed($"head-{workers}");
            hashes.Add(view.Run.Result!.WeightsSha256);
            Assert.Contains(
                "7 of 9 arrays taken; drawn anew by except: 4.weight, 4.bias; left in the file: 4.weight, 4.bias", view.Run.BeginsWith,
                    StringComparison.Ordinal);
            Assert.Contains("frozen: 4 of 6 parameters, 40 of 58 weights (0.weight, 0.bias, 1.weight, 1.bias)", view.Run.BeginsWith, StringComparison.Ordinal);
            Assert.Contains(view.Events, happened => happened.Message == view.Run.BeginsWith);
        }

        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public async Task Weights_OfWrongShapes_AreRefusedWithEveryName()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "body", TestFolder.Spec());
        var path = (await silo.Completed("body")).Run.Result!.CheckpointPath;

        var wide = TestFolder.Spec(more: $"weights: {path}").Replace("linear: 8", "linear: 9", StringComparison.Ordinal);
        var answer = await silo.Try(_folder, "wide", wide);

        Assert.Null(answer.View);
        Assert.All(answer.Violations, violation => Assert.Equal("weights", violation.Key));
        Assert.Equal(
            ["0.bias", "0.weight", "1.bias", "1.running_mean", "1.running_var", "1.weight", "4.weight"],
            answer.Violations.Select(violation => violation.Message.Split('\'')[1]).Order());
    }

    [Fact]
    public async Task AnotherFile_IsNotTakenForTheOneOfTheSubmit()
    {
        await using (var silo = await TestSilo.Start(_folder, "cpu:2"))
        {
            await silo.Submit(_folder, "body", TestFolder.Spec());
            File.Copy(Path.Combine((await silo.Completed("body")).Checkpoints[^1].Path, "weights.safetensors"), Path.Combine(_folder.Root, "w.safetensors"));
            await silo.Submit(_folder, "head", TestFolder.Spec(epochs: 100_000, more: "weights: w.safetensors"));
            await silo.Until("head", view => view.Checkpoints.Count > 0);
        }

        File.Copy(Path.Combine(_folder.Root, "w.safetensors"), Path.Combine(_folder.Root, "kept"));
        File.AppendAllText(Path.Combine(_folder.Root, "w.safetensors"), " ");
        await using var again = await TestSilo.Start(_folder, "cpu:2");
        var told = await again.Told(
            "head", message => message.Contains("w.safetensors", StringComparison.Ordinal) && message.Contains("waits", StringComparison.Ordinal));
        Assert.Contains("waits for the data", told.Message, StringComparison.Ordinal);

        File.Move(Path.Combine(_folder.Root, "kept"), Path.Combine(_folder.Root, "w.safetensors"), overwrite: true);
        await again.Until("head", view => view.Run.State == RunState.Running);
        await again.Coordinator("head").Want(DesiredState.Cancel);
        await again.Ended("head");
    }
}
