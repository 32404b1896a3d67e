using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class RetriesTests
{
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };
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

    /// <summary>Time goes on by itself, in quarters of a second, while the pipeline waits.</summary>
    private async Task<Exception?> Run(Polly.ResiliencePipeline pipeline, Action attempt)
    {
        var began = _time.GetTimestamp();
        var done = Record.ExceptionAsync(async () => await pipeline.ExecuteAsync(
            _ =>
            {
                _attempts.Add(_time.GetElapsedTime(began).TotalSeconds);
                attempt();
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken));
        while (!done.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        return await done;
    }
}
