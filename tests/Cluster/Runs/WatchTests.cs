using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Storage;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Storage;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Cluster.Runs;

public sealed class WatchTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Watch_EnsureTwoWatchersSeeTheSameUpdatesToTheEnd()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 0, () => _gate.Wait(TestSilo.Guard));
        await silo.Submit(_folder, "seen", TestFolder.Spec());
        var armed = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        var watchers = armed.Select(ready => Collect(silo, "seen", 0, ready)).ToArray();
        await Task.WhenAll(armed.Select(ready => ready.Task)).WaitAsync(TestSilo.Guard);
        _gate.Set();
        foreach (var seen in await Task.WhenAll(watchers))
        {
            Assert.NotNull(seen[0].View);
            Assert.Equal(seen.Select(update => update.Sequence).Order(), seen.Select(update => update.Sequence));
            Assert.Equal(RunState.Completed, seen[^1].View!.Run.State);
            Assert.Equal([10L, 20, 30, 30], seen.Where(update => update.Evaluation is not null).Select(update => update.Evaluation!.Step));
            Assert.Equal([5L, 10, 15, 20, 25, 30], seen.Where(update => update.Checkpoint is not null).Select(update => update.Checkpoint!.Step));
        }
    }

    [Fact]
    public async Task Watch_EnsureItGoesOnFromASequenceAndBeginsAnewWhereThatIsUnknown()
    {
        List<ExperimentUpdate> all;
        await using (var silo = await TestSilo.Start(_folder))
        {
            using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 0, () => _gate.Wait(TestSilo.Guard));
            await silo.Submit(_folder, "again", TestFolder.Spec());
            var ready = new TaskCompletionSource();
            var watching = Collect(silo, "again", 0, ready);
            await ready.Task;
            _gate.Set();
            all = await watching;
            var middle = all[all.Count / 2].Sequence;
            var rest = await Collect(silo, "again", middle, new());
            Assert.Equal(
                all.Where(update => update.Sequence >= middle && update.Progress is null).Select(update => update.Sequence),
                rest.Where(update => update.Progress is null).Select(update => update.Sequence));
            Assert.Equal([RunState.Completed], (await Collect(silo, "again", all[^1].Sequence + 1000, new())).Select(update => update.View!.Run.State));
            Assert.Empty(await Collect(silo, "unknown", 0, new()));
        }

        await using var later = await TestSilo.Start(_folder);
        var after = Assert.Single(await Collect(later, "again", all[0].Sequence, new()));
        Assert.True(after.Sequence > all[^1].Sequence, "Sequence numbers only grow.");
    }

    [Fact]
    public async Task Watch_EnsureItEndsAtAPauseWhereThatIsWanted()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 0, () => _gate.Wait(TestSilo.Guard));
        await silo.Submit(_folder, "pausing", TestFolder.Spec());
        await held.Fired.WaitAsync(TestSilo.Guard);
        await silo.Until("pausing", view => view.Run.State == RunState.Running);
        await silo.Coordinator("pausing").Want(DesiredState.Pause);
        _gate.Set();
        var last = default(ExperimentUpdate);
        await foreach (var update in silo.Experiment("pausing").Watch(0, true, TestSilo.Guard))
        {
            last = update;
        }

        Assert.Equal(RunState.Paused, last!.View!.Run.State);
    }

    [Fact]
    public async Task Watch_EnsureNewsComesWhileTheStoreHangs()
    {
        var store = default(HangingStore);
        await using var silo = await TestSilo.Start(_folder, configure: builder => builder.Services.AddKeyedSingleton<IGrainStorage>(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (services, _) => store = new(services.GetRequiredService<DataFolder>(), "slow")));
        await silo.Submit(_folder, "whole", TestFolder.Spec());
        var whole = await silo.Completed("whole");
        var steps = await silo.Steps("whole");
        var slow = silo.Experiment("slow");
        await slow.Create(whole.Run with { Id = "slow", State = RunState.Running }, whole.SpecYaml);

        store!.Hang();
        await slow.Append(new() { Steps = steps.Take(10).ToArray() });
        var flush = slow.Flush();
        await store.Waits.WaitAsync(TestSilo.Guard);
        Assert.Equal(
            (20L, 0L),
            await Tail(slow.Append(new()
            {
                Steps = steps.Skip(10).Take(10).ToArray(),
                Events = new[] { new RunEvent { Time = whole.Run.Submitted, Level = "info", Message = "still here" } }
            })));
        var seen = await silo.Until("slow", view => view.Events.Any(happened => happened.Message == "still here"));
        Assert.Equal(RunState.Running, seen.Run.State);
        Assert.False(flush.IsCompleted);

        store.LetGo();
        Assert.InRange((await flush).Durable, 10, 20);
        Assert.Equal((20L, 20L), await Tail(slow.Flush()));
        Assert.Equal(steps.Take(20).Select(step => step.GradientHash), (await silo.Steps("slow")).Select(step => step.GradientHash));
    }

    private static async Task<(long Recorded, long Durable)> Tail(Task<LedgerTail> answer)
    {
        var tail = await answer;
        return (tail.Recorded, tail.Durable);
    }

    private static async Task<List<ExperimentUpdate>> Collect(TestSilo silo, string id, long from, TaskCompletionSource first)
    {
        var seen = new List<ExperimentUpdate>();
        await foreach (var update in silo.Experiment(id).Watch(from, false, TestSilo.Guard))
        {
            seen.Add(update);
            first.TrySetResult();
        }

        return seen;
    }
}
