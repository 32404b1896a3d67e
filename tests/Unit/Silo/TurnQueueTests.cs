using Sheaf.Silo.Turns;

namespace Sheaf.Tests.Unit.Silo;

public class TurnQueueTests
{
    private readonly TurnQueue _turns = new();

    [Fact]
    public async Task Run_EnsureOneAfterTheOtherInOrderThoughOneFails()
    {
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource()).ToArray();
        var begun = new List<int>();
        var all = Enumerable.Range(0, 3).Select(turn => _turns.Run(async () =>
        {
            begun.Add(turn);
            await gates[turn].Task;
            return turn;
        })).ToArray();
        gates[2].SetResult();
        Assert.Equal([0], begun);
        gates[0].SetException(new IOException("no space"));
        await Assert.ThrowsAsync<IOException>(() => all[0]);
        gates[1].SetResult();
        Assert.Equal((1, 2), (await all[1], await all[2]));
        Assert.Equal([0, 1, 2], begun);
    }

    [Fact]
    public void Run_EnsureNothingIsWaitedForWhereNothingRuns()
    {
        Assert.True(_turns.Run(() => Task.CompletedTask).IsCompletedSuccessfully);
        Assert.True(_turns.Run(() => Task.FromResult(2)).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task SharedTurn_EnsureWhoeverAsksBeforeItBeginsSharesIt()
    {
        var (gate, turns) = (new TaskCompletionSource(), 0);
        var shared = new SharedTurn(_turns, () =>
        {
            turns++;
            return gate.Task;
        });
        var running = shared.Run();
        var waiting = shared.Run();
        Assert.Same(waiting, shared.Run());
        Assert.NotSame(running, waiting);
        Assert.Equal(1, turns);
        gate.SetResult();
        await waiting;
        Assert.Equal(2, turns);

        // One that ends at once, or badly, stands in nobody's way.
        Assert.True(shared.Run().IsCompletedSuccessfully);
        gate = new();
        gate.SetException(new IOException("no space"));
        await Assert.ThrowsAsync<IOException>(shared.Run);
        gate = new();
        gate.SetResult();
        await shared.Run();
        Assert.Equal(5, turns);
    }
}
