using Orleans.Concurrency;
using Orleans.Configuration;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>One turn at a time unless [Reentrant], [AlwaysInterleave], [ReadOnly] or a call chain that was allowed to come back.</summary>
public sealed class SchedulingTests
{
    internal interface ISlowGrain : IGrainWithStringKey
    {
        Task Hold(string name);

        [AlwaysInterleave]
        Task Interleave(string name);

        [ReadOnly]
        Task Read(string name);

        Task<int> Race(int rounds);
    }

    internal interface IReentrantSlowGrain : IGrainWithStringKey
    {
        Task Hold(string name);
    }

    internal interface ICallingGrain : IGrainWithStringKey
    {
        Task<int> CallBack(string other, int depth, bool allow);
    }

    [Fact]
    public async Task SecondCall_WaitsUntilTheFirstHasEnded()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ISlowGrain>("one");

        var first = grain.Hold("first");
        await silo.Probe.Reported("first begins");
        var second = grain.Hold("second");
        silo.Probe.Open("second");
        silo.Probe.Open("first");
        await Task.WhenAll(first, second);

        Assert.Equal(["first begins", "first ends", "second begins", "second ends"], silo.Probe.Log);
    }

    [Fact]
    public async Task Calls_AreBegunInTheOrderOfTheirSending()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ISlowGrain>("one");
        var names = Enumerable.Range(0, 50).Select(i => i.ToString()).ToList();
        names.ForEach(silo.Probe.Open);

        await Task.WhenAll(names.Select(grain.Hold));

        Assert.Equal(names.SelectMany(n => new[] { $"{n} begins", $"{n} ends" }), silo.Probe.Log);
    }

    [Fact]
    public async Task AlwaysInterleave_IsLetInWhileAnotherCallRuns()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ISlowGrain>("one");

        var first = grain.Hold("first");
        await silo.Probe.Reported("first begins");
        silo.Probe.Open("second");
        await grain.Interleave("second");

        Assert.False(first.IsCompleted);
        silo.Probe.Open("first");
        await first;
        Assert.Equal(["first begins", "second begins", "second ends", "first ends"], silo.Probe.Log);
    }

    [Fact]
    public async Task ReadOnly_IsLetInOnlyBesideReadOnly()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ISlowGrain>("one");

        var first = grain.Read("first");
        await silo.Probe.Reported("first begins");
        var write = grain.Hold("write");
        var second = grain.Read("second");
        await silo.Probe.Reported("second begins");
        silo.Probe.Open("first");
        await first;
        Assert.DoesNotContain("write begins", silo.Probe.Log);
        silo.Probe.Open("second");
        silo.Probe.Open("write");
        await Task.WhenAll(second, write);

        Assert.Equal("write begins", silo.Probe.Log.ToArray()[^2]);
    }

    [Fact]
    public async Task Reentrant_LetsEveryCallIn()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IReentrantSlowGrain>("one");

        var first = grain.Hold("first");
        await silo.Probe.Reported("first begins");
        silo.Probe.Open("second");
        await grain.Hold("second");

        Assert.False(first.IsCompleted);
        silo.Probe.Open("first");
        await first;
    }

    [Fact]
    public async Task Turns_NeverRunOnTwoThreadsAtOnce_EvenWhenReentrant()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ISlowGrain>("one");

        var counts = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => grain.Race(25))));

        Assert.Equal(40 * 25, counts.Max());
    }

    [Fact]
    public async Task CallChain_ThatComesBack_DeadlocksUnlessItWasAllowed()
    {
        await using var patient = await TestSilo.StartAsync();
        Assert.Equal(1, await patient.Grains.GetGrain<ICallingGrain>("a").CallBack("b", 2, allow: true));

        await using var hasty = await TestSilo.StartAsync(s => s.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromMilliseconds(300)));
        await Assert.ThrowsAsync<TimeoutException>(() => hasty.Grains.GetGrain<ICallingGrain>("a").CallBack("b", 2, allow: false));
    }

    [Fact]
    public async Task Await_ReturnsToTheGrainsOwnTurns()
    {
        await using var silo = await TestSilo.StartAsync();

        await silo.Grains.GetGrain<ISlowGrain>("one").Interleave("open");

        Assert.Equal(["inside"], silo.Probe.Log);
    }

    internal sealed class SlowGrain(Probe probe) : Grain, ISlowGrain
    {
        private int _count;
        private int _inside;

        public async Task Hold(string name)
        {
            probe.Report($"{name} begins");
            await probe.Gate(name);
            probe.Report($"{name} ends");
        }

        public Task Interleave(string name)
        {
            if (name == "open")
            {
                return CheckContext();
            }

            return Hold(name);
        }

        public Task Read(string name) => Hold(name);

        public async Task<int> Race(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                Assert.Equal(1, Interlocked.Increment(ref _inside));
                _count++;
                Interlocked.Decrement(ref _inside);
                await Task.Yield();
            }

            return _count;
        }

        private async Task CheckContext()
        {
            await Task.Run(() => { });
            probe.Report(TaskScheduler.Current == TaskScheduler.Default ? "outside" : "inside");
        }
    }

    [Reentrant]
    internal sealed class ReentrantSlowGrain(Probe probe) : Grain, IReentrantSlowGrain
    {
        public async Task Hold(string name)
        {
            probe.Report($"{name} begins");
            await probe.Gate(name);
        }
    }

    internal sealed class CallingGrain : Grain, ICallingGrain
    {
        public async Task<int> CallBack(string other, int depth, bool allow)
        {
            if (depth == 0)
            {
                return 1;
            }

            using var section = allow ? RequestContext.AllowCallChainReentrancy() : default;
            return await GrainFactory.GetGrain<ICallingGrain>(other).CallBack(this.GetPrimaryKeyString(), depth - 1, allow);
        }
    }
}
