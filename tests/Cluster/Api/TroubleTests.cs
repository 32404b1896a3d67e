using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Sheaf.Silo.Troubles;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.V1;

namespace Sheaf.Tests.Cluster.Api;

/// <summary>What is not as it should be with a silo is told alike by whatever a user asks.</summary>
public sealed class TroubleTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TroubleOfAnyKind_IsToldByEveryVerbInTheSameWordsUntilItIsOver()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "running", TestFolder.Spec(epochs: 100_000));
        await silo.Until("running", view => view.Run.State == Contracts.Grains.Messages.RunState.Running);
        var troubles = silo.Services.GetRequiredService<SiloTroubles>();
        foreach (var kind in Enum.GetValues<TroubleKind>())
        {
            troubles.Set(kind, $"No {kind} for this silo");
            var told = Assert.Single(troubles.All);
            Assert.StartsWith($"No {kind} for this silo (since ", told, StringComparison.Ordinal);
            Assert.All(await Answers(silo), answer => Assert.Contains(told, answer.Text, StringComparison.Ordinal));

            troubles.Set(kind, null);
            Assert.All(await Answers(silo), answer => Assert.DoesNotContain($"No {kind}", answer.Text, StringComparison.Ordinal));
        }
    }

    /// <summary>A mount that is away after the experiment was submitted.</summary>
    [Fact]
    public async Task FolderThatTakesNoCheckpoint_IsATroubleOfTheSiloUntilItDoes()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "running", TestFolder.Spec(epochs: 100_000, checkpoints: "{ every: 50000 epochs }"));
        await silo.Until("running", view => view.Run.State == Contracts.Grains.Messages.RunState.Running);
        var watch = silo.Services.GetRequiredService<CheckpointWatch>();
        var folder = Path.Combine(_folder.Data, "checkpoints");
        Directory.Move(folder, folder + ".away");
        await File.WriteAllTextAsync(folder, "in the way", TestSilo.Guard);

        await watch.Look(TestSilo.Guard);
        Assert.All(
            await Answers(silo),
            answer => Assert.Contains($"No checkpoint can be written to '{folder}': '{folder}' is a file.", answer.Text, StringComparison.Ordinal));

        File.Delete(folder);
        Directory.Move(folder + ".away", folder);
        await watch.Look(TestSilo.Guard);
        Assert.All(await Answers(silo), answer => Assert.DoesNotContain("No checkpoint", answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TroubleOfAnExperiment_IsToldByEveryVerbInTheSameWordsUntilItIsOver()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "running", TestFolder.Spec(epochs: 100_000));
        await silo.Until("running", view => view.Run.State == Contracts.Grains.Messages.RunState.Running);
        var folder = Path.Combine(_folder.Data, "checkpoints");
        Directory.Move(folder, folder + ".away");

        await silo.Told("running", text => text.Contains("could not be written", StringComparison.Ordinal));
        var trouble = "could not be written; it is tried again, and what was trained is kept in memory until then: The "
            + $"folder '{Path.Combine(folder, "running")}'";
        await Until(silo, answers => answers.All(answer => answer.Text.Contains(trouble, StringComparison.Ordinal)));

        Directory.Move(folder + ".away", folder);
        await Until(silo, answers => answers.All(answer => !answer.Text.Contains(trouble, StringComparison.Ordinal)));
    }

    /// <summary>Each answer is another turn of the coordinator, which looks at what is due a few times a second.</summary>
    private static async Task Until(TestSilo silo, Func<(string Verb, string Text)[], bool> condition)
    {
        var guard = TestSilo.Guard;
        for (var answers = await Answers(silo); !condition(answers); answers = await Answers(silo))
        {
            Assert.False(guard.IsCancellationRequested, string.Join("\n", answers.Select(answer => $"{answer.Verb}: {answer.Text}")));
        }
    }

    private static async Task<(string Verb, string Text)[]> Answers(TestSilo silo)
    {
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        using var http = new HttpClient { BaseAddress = new(silo.Addresses.Http) };
        var experiments = new Experiments.ExperimentsClient(channel);
        var described = await experiments.DescribeAsync(new() { ExperimentId = "running" }, cancellationToken: TestSilo.Guard);
        var listed = await experiments.ListAsync(new(), cancellationToken: TestSilo.Guard);
        var why = await experiments.WhyAsync(new() { ExperimentId = "running" }, cancellationToken: TestSilo.Guard);
        var cluster = await new V1.Cluster.ClusterClient(channel).DescribeAsync(new(), cancellationToken: TestSilo.Guard);
        return
        [
            ("describe", string.Join("; ", described.Troubles)),
            ("list", string.Join("; ", Assert.Single(listed.Experiments).Troubles)),
            ("why", why.Cause),
            ("cluster", string.Join("; ", Assert.Single(cluster.Silos).Troubles)),
            ("readyz", await http.GetStringAsync("readyz", TestSilo.Guard)),
        ];
    }
}
