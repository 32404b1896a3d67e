using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Sheaf.Silo.Serving;
using Sheaf.V1;

namespace Sheaf.Tests.Unit.Silo.Serving;

public sealed class LogMergeTests
{
    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ByTime_OfLogsThatEnd_IsOneLogInTheOrderOfTime()
    {
        var merged = await LogMerge.ByTime(
            [Of(1, 4, 6), Of(), Of(2, 3, 7, 8), Of(5)], null, TimeProvider.System, Guard).Select(line => line.Time.Seconds).ToListAsync(Guard);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], merged);
    }

    [Fact]
    public async Task ByTime_WithASilentSource_WaitsForItOnceAndTakesItUpAgain()
    {
        var silent = Channel.CreateUnbounded<LogLine>();
        await using var merged = LogMerge.ByTime(
            [Of(10, 11), silent.Reader.ReadAllAsync(Guard)], TimeSpan.FromMilliseconds(1), TimeProvider.System, Guard).GetAsyncEnumerator(Guard);

        Assert.True(await merged.MoveNextAsync());
        Assert.Equal(10, merged.Current.Time.Seconds);
        Assert.True(await merged.MoveNextAsync());
        Assert.Equal(11, merged.Current.Time.Seconds);
        silent.Writer.TryWrite(Line(12));
        Assert.True(await merged.MoveNextAsync());
        Assert.Equal(12, merged.Current.Time.Seconds);
        silent.Writer.Complete();
        Assert.False(await merged.MoveNextAsync());
    }

    [Fact]
    public async Task ByTime_WhenOneSourceFails_FailsAndLetsGoOfTheOthers()
    {
        var open = Channel.CreateUnbounded<LogLine>();

        await Assert.ThrowsAsync<IOException>(
            () => LogMerge.ByTime([Failing(), open.Reader.ReadAllAsync(Guard)], TimeSpan.Zero, TimeProvider.System, Guard).ToListAsync(Guard).AsTask());
    }

    private static LogLine Line(long seconds) => new() { Time = new Timestamp { Seconds = seconds } };

    private static IAsyncEnumerable<LogLine> Of(params long[] seconds) => seconds.ToAsyncEnumerable().Select(Line);

    private static async IAsyncEnumerable<LogLine> Failing()
    {
        await Task.Yield();
        yield return Line(1);
        throw new IOException("no disk");
    }
}
