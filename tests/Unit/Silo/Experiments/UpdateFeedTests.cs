using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Experiments;

namespace Sheaf.Tests.Unit.Silo.Experiments;

public class UpdateFeedTests
{
    private const int Kept = 20;

    private readonly UpdateFeed _feed = new(100, Kept);

    [Fact]
    public void From_EnsureOnlyTheNewestProgressAndEveryEvent()
    {
        for (var step = 1; step <= 5; step++)
        {
            _feed.Add(Progress(step));
            _feed.Add(Event($"event {step}"));
        }

        _feed.Add(Progress(6));
        var all = _feed.From(100);
        Assert.Equal(6, all.Count);
        Assert.Equal(5, all.Count(update => update.Event is not null));
        Assert.Equal(6, all[^1].Progress!.Step);
        Assert.Equal(all.Select(update => update.Sequence).Order(), all.Select(update => update.Sequence));
        Assert.Empty(_feed.From(_feed.Next));
    }

    [Fact]
    public void From_EnsureASlowReaderCostsABoundedMemory()
    {
        for (var number = 0; number < Kept + 10; number++)
        {
            _feed.Add(Event($"{number}"));
        }

        Assert.Equal(Kept, _feed.From(0).Count);
        Assert.True(_feed.HasLost(100));
        Assert.False(_feed.HasLost(110));
    }

    [Fact]
    public void HasLost_EnsureAReaderFromAnotherLifeIsSeen() => Assert.True(_feed.HasLost(5_000));

    [Fact]
    public async Task Changed_EnsureAWaitArmedBeforeTheUpdateEnds()
    {
        var changed = _feed.Changed;
        Assert.False(changed.IsCompleted);
        _feed.Add(Event("x"));
        await changed;
        Assert.False(_feed.Changed.IsCompleted);
    }

    private static ExperimentUpdate Event(string text) => new() { Sequence = 0, Event = new() { Time = default, Message = text } };

    private static ExperimentUpdate Progress(long step) => new()
    {
        Sequence = 0,
        Progress = new() { Step = step, TotalSteps = 10, Loss = 1, Metrics = [], StepsPerSecond = 1, SamplesPerSecond = 1, LearningRate = 1 },
    };
}
