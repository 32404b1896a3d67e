using Sheaf.Contracts.Grains;

namespace Sheaf.Tests.Parity.Orleans;

/// <summary>What the coordinator and the experiment's grain rely on: who is let in while a call waits, what a caller learns, and when it is given up.</summary>
public sealed class TurnTests : OrleansTest
{
    private ITurnGrain Grain => Remote.GetGrain<ITurnGrain>("one");

    [Fact]
    public async Task SecondCall_WaitsUntilTheFirstHasEnded()
    {
        var first = Grain.Hold("first");
        await Probe.Reported("first begins");
        var second = Grain.Hold("second");
        Probe.Open("second");
        Probe.Open("first");
        await Task.WhenAll(first, second);

        Assert.Equal(["first begins", "first ends", "second begins", "second ends"], Probe.Log);
    }

    [Fact]
    public async Task AlwaysInterleave_IsLetInWhileAnotherCallWaits()
    {
        var first = Grain.Hold("first");
        await Probe.Reported("first begins");
        Probe.Open("second");
        await Grain.HoldInterleaved("second");

        Assert.False(first.IsCompleted);
        Probe.Open("first");
        await first;
        Assert.Equal(["first begins", "second begins", "second ends", "first ends"], Probe.Log);
    }

    [Fact]
    public async Task InterleavedTurns_NeverRunOnTwoThreadsAtOnce()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Grain.Count(50))));

        Assert.Equal(20 * 50, counts.Max());
    }

    [Fact]
    public async Task Timer_WaitsForTheTurnUnlessItInterleaves()
    {
        var held = Grain.HoldWithTimers("held");
        await Probe.Reported("interleaving");
        Assert.DoesNotContain("plain", Probe.Log);

        Probe.Open("held");
        await held;
        await Probe.Reported("plain");
    }

    [Fact]
    public async Task TimedOutCall_GoesOnAndItsOutcomeIsUnknownToTheCaller()
    {
        var call = Grain.HoldTooLong("long");
        await Probe.Reported("long begins");
        await Assert.ThrowsAsync<TimeoutException>(() => call);

        Assert.DoesNotContain("long ends", Probe.Log);
        Probe.Open("long");
        await Probe.Reported("long ends");
    }

    [Fact]
    public async Task TimedOutCall_HasItsTokenCancelled()
    {
        var call = Local.GetGrain<ITurnGrain>("one").HoldTooLongUntilCancelled(CancellationToken.None);
        await Assert.ThrowsAnyAsync<Exception>(() => call);
        await Probe.Reported("cancelled");
    }

    [Fact]
    public async Task CancelledCall_IsCancelledInTheGrain()
    {
        using var leaving = new CancellationTokenSource();
        var call = Grain.HoldUntilCancelled(leaving.Token);
        await Probe.Reported("waits");
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Probe.Reported("cancelled");
    }

    [Fact]
    public async Task Stream_LetsOtherCallsInBetween_AndEndsInTheGrainWhenItsReaderLeaves()
    {
        var seen = new List<int>();
        await Grain.Next();
        await foreach (var number in Grain.Numbers(TestContext.Current.CancellationToken))
        {
            seen.Add(number);
            if (number == 2)
            {
                break;
            }

            await Grain.Next();
        }

        Assert.Equal([0, 1, 2], seen);
        await Probe.Reported("left");
    }

    [Fact]
    public async Task ExceptionOfOurs_ArrivesAsItWasThrown()
    {
        var failure = await Assert.ThrowsAsync<StateStoreException>(() => Grain.Fail());
        Assert.Equal("The disk is full.", failure.Message);
    }
}
