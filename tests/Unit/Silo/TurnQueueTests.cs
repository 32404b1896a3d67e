using Sheaf.Silo;

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
}
