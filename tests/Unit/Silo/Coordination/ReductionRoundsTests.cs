using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

public class ReductionRoundsTests
{
    private static readonly TimeSpan Within = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider _time = new();
    private readonly ReductionRounds _rounds;

    public ReductionRoundsTests() => _rounds = new(Within, _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_EnsureTheSumFollowsTheTreeWhateverOrderThePartsComeIn()
    {
        // (a + b) + (c + d) in floats, which differs from any other order for these numbers.
        float[] values = [1e8f, 1, -1e8f, 1.5f];
        var expected = (values[0] + values[1]) + (values[2] + values[3]);
        int[][] orders = [[0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]];
        long sequence = 0;
        foreach (var order in orders)
        {
            var answers = order.Select(shard => _rounds.Add(Request($"silo-{shard}", sequence, (shard, 1, values[shard])), 4, Cancel)).ToArray();
            foreach (var answer in await Task.WhenAll(answers))
            {
                Assert.Equal([expected], answer.Total);
            }

            sequence++;
        }
    }

    [Fact]
    public async Task Add_EnsureASiloThatAsksAgainGetsTheSameAnswer()
    {
        var first = _rounds.Add(Request("a", 0, (0, 1, 1)), 2, Cancel);
        var again = _rounds.Add(Request("a", 0, (0, 1, 1)), 2, Cancel);
        Assert.False(first.IsCompleted);
        await _rounds.Add(Request("b", 0, (1, 1, 2)), 2, Cancel);
        var (one, two) = (await first, await again);
        Assert.Equal([3f], one.Total);
        Assert.Equal([3f], two.Total);
    }

    [Fact]
    public async Task Add_EnsureNobodyWaitsLongAndAsksAgain()
    {
        var first = _rounds.Add(Request("a", 0, (0, 1, 1)), 2, Cancel);
        _time.Advance(Within);
        Assert.True((await first.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancel)).Pending);
        var again = _rounds.Add(Request("a", 0, (0, 1, 1)), 2, Cancel);
        await _rounds.Add(Request("b", 0, (1, 1, 2)), 2, Cancel);
        var answer = await again;
        Assert.Equal((false, 3f), (answer.Pending, answer.Total[0]));
    }

    [Fact]
    public async Task Add_EnsurePartsThatOverlapAreRefused()
    {
        var first = _rounds.Add(Request("a", 0, (0, 2, 1)), 4, Cancel);
        var second = _rounds.Add(Request("b", 0, (0, 2, 1)), 4, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
    }

    [Fact]
    public async Task EndBelow_EnsureWhoWaitsInAnOldGenerationIsTold()
    {
        var waiting = _rounds.Add(Request("a", 0, (0, 1, 1)), 2, Cancel);
        _rounds.EndBelow(2);
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
    }

    private static ReduceRequest Request(string silo, long sequence, params (int First, int Count, float Value)[] parts) => new()
    {
        Silo = silo,
        Generation = 1,
        Sequence = sequence,
        Step = sequence,
        Kind = "gradient",
        Parts = parts.Select(part => new ReducePart { FirstShard = part.First, Shards = part.Count, Sum = [part.Value] }).ToArray(),
    };
}
