using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Runs;

public sealed class BadInputTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Submit_EnsureEveryMistakeOfASpecIsToldAndNothingIsWritten()
    {
        await using var silo = await TestSilo.Start(_folder);
        var bad = TestFolder.Spec(learningRate: "-1")
            .Replace("epochs: 3", "epochs: none", StringComparison.Ordinal)
            .Replace("loss: cross_entropy", "loss: cross_entrop", StringComparison.Ordinal)
            .Replace("metrics: [accuracy]", "metrics: [accurcy]\nflavour: sweet", StringComparison.Ordinal);
        var answer = await silo.Try(_folder, "bad", bad);
        Assert.Null(answer.View);
        Assert.True(answer.Violations.Count >= 5, string.Join("; ", answer.Violations));
        Assert.All(answer.Violations, violation => Assert.True(violation.Line > 0, violation.Message));
        await Nothing(silo, "bad");
    }

    [Fact]
    public async Task Submit_EnsureMistakesOfModelDataAndDevicesAreToldTogether()
    {
        await using var silo = await TestSilo.Start(_folder, "cpu:2");
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Root, "three.csv"),
            "a,b,class\n" + string.Concat(Enumerable.Range(0, 60).Select(row => $"{row},1,{row % 3}\n")),
            TestSilo.Guard);
        var bad = TestFolder.Spec(workers: "4", file: "three.csv");
        var answer = await silo.Try(_folder, "bad", bad);
        Assert.Contains(answer.Violations, violation => violation.Key.StartsWith("model", StringComparison.Ordinal));
        Assert.Contains(
            "4 workers need 4 devices, the cluster has 2", answer.Violations.First(violation => violation.Key == "workers").Message, StringComparison.Ordinal);
        await Nothing(silo, "bad");

        answer = await silo.Try(_folder, "bad", TestFolder.Spec(file: "missing.csv"));
        Assert.Equal(["data.train", "data.test"], answer.Violations.Select(violation => violation.Key));
        Assert.All(answer.Violations, violation => Assert.Contains("missing.csv", violation.Message, StringComparison.Ordinal));
        await Nothing(silo, "bad");
    }

    [Fact]
    public async Task NonFiniteLoss_EnsureTheRunFailsWithItsStepAndTheSiloLivesOn()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "nan", TestFolder.Spec(learningRate: "1e30"));
        var failed = await silo.Ended("nan");
        Assert.Equal(RunState.Failed, failed.Run.State);
        Assert.Matches("worker [01], step [0-9]+", failed.Run.Reason);
        Assert.NotNull(failed.Run.Ended);
        Assert.Empty(failed.Run.Workers);

        await silo.Submit(_folder, "good", TestFolder.Spec());
        await silo.Completed("good");
    }

    [Fact]
    public async Task ChangedFile_MakesARunThatResumesWaitUntilTheFileIsBack()
    {
        await using (var silo = await TestSilo.Start(_folder))
        {
            await silo.Submit(_folder, "changed", TestFolder.Spec(epochs: 1));
            await silo.Completed("changed");
            await silo.Submit(_folder, "later", TestFolder.Spec(epochs: 30_000));
            await silo.Until("later", view => view.Run.State == RunState.Running);
            Assert.Null((await silo.Coordinator("later").Want(DesiredState.Pause)).Refusal);
            await silo.Until("later", view => view.Run.State == RunState.Paused);
        }

        var path = Path.Combine(_folder.Root, "rows.csv");
        var rows = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(path, "0.5,0.5,1\n", TestContext.Current.CancellationToken);
        await using var again = await TestSilo.Start(_folder);
        await again.Coordinator("later").Want(DesiredState.Run);
        var told = await again.Told("later", message => message.Contains("waits for the data", StringComparison.Ordinal));
        Assert.Contains(path, told.Message, StringComparison.Ordinal);
        Assert.Contains("'alone'", told.Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(path, rows, TestContext.Current.CancellationToken);
        await again.Until("later", view => view.Run.State == RunState.Running);
    }

    private static async Task Nothing(TestSilo silo, string id)
    {
        Assert.Empty(await silo.Grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).List());
        Assert.Null(await silo.Experiment(id).Describe());
    }
}
