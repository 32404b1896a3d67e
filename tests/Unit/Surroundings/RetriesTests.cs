using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class RetriesTests
{
    private readonly SkippingTime _time = new();
    private readonly List<double> _attempts = [];

    [Fact]
    public async Task Doubling_WaitsTwiceAsLongEachTimeAndThrowsTheLastFailure()
    {
        var failure = await Run(Retries.Doubling(_time, 4, TimeSpan.FromSeconds(1), e => e is IOException), () => throw new IOException("away"));

        Assert.Equal("away", Assert.IsType<IOException>(failure).Message);
        Assert.Equal([0, 1, 3, 7], _attempts);
    }

    [Fact]
    public async Task Doubling_OfOneAttemptTriesOnce()
    {
        Assert.IsType<IOException>(await Run(Retries.Doubling(_time, 1, TimeSpan.FromSeconds(1), _ => true), () => throw new IOException()));
        Assert.Equal([0], _attempts);
    }

    [Fact]
    public async Task Failure_ThatDoesNotPassIsThrownAtOnce()
    {
        Assert.IsType<FormatException>(
            await Run(Retries.Steady(_time, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1), e => e is IOException), () => throw new FormatException()));
        Assert.Equal([0], _attempts);
    }

    [Fact]
    public async Task Steady_TriesUntilItsLimitIsOver()
    {
        Assert.IsType<IOException>(await Run(
            Retries.Steady(_time, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(1), e => e is IOException), () => throw new IOException()));
        Assert.Equal([0, 1, 2, 3], _attempts);
    }

    [Fact]
    public async Task Steady_EndsWithTheFirstSuccess()
    {
        Assert.Null(await Run(
            Retries.Steady(_time, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), e => e is IOException),
            () => _ = _attempts.Count < 3 ? throw new IOException() : 0));
        Assert.Equal([0, 1, 2], _attempts);
    }

    private async Task<Exception?> Run(Polly.ResiliencePipeline pipeline, Action attempt) =>
        await Record.ExceptionAsync(async () => await pipeline.ExecuteAsync(
            _ =>
            {
                _attempts.Add(_time.Now.TotalSeconds);
                attempt();
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken));

    /// <summary>Stands still, and is at the end of a wait as soon as one begins.</summary>
    private sealed class SkippingTime : TimeProvider
    {
        public TimeSpan Now { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Now += dueTime;
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
