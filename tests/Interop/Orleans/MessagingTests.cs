using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>RequestContext, timeouts with unknown outcome, one-way calls, cancellation, and callers that are no grains.</summary>
public sealed class MessagingTests
{
    internal interface IMessageGrain : IGrainWithStringKey
    {
        Task<string> ReadContext(string key, string forwardTo);

        Task ChangeContext(string key);

        Task Hold(string name);

        [ResponseTimeout("00:01:00")]
        Task HoldLong(string name);

        [OneWay]
        Task HoldOneWay(string name);

        void Fire(string name);

        Task<string> HoldCancellable(string name, CancellationToken cancellationToken);

        Task<int> Empty(int value);

        Task<byte[]> Bytes(byte[] bytes);
    }

    [Fact]
    public async Task RequestContext_FlowsWithCallsAndNotBack()
    {
        await using var silo = await TestSilo.StartAsync();
        RequestContext.Set("user", "ada");
        RequestContext.Set("count", 3);

        Assert.Equal("ada 3", await silo.Grains.GetGrain<IMessageGrain>("a").ReadContext("user", "b"));
        await silo.Grains.GetGrain<IMessageGrain>("a").ChangeContext("user");

        Assert.Equal("ada", RequestContext.Get("user"));
        RequestContext.Clear();
        Assert.Equal(" ", await silo.Grains.GetGrain<IMessageGrain>("a").ReadContext("user", "b"));
    }

    [Fact]
    public async Task Timeout_ThrowsAtTheCaller_AndTheCallGoesOn()
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time, o => o.ResponseTimeout = TimeSpan.FromSeconds(10));
        var grain = silo.Grains.GetGrain<IMessageGrain>("a");

        var call = grain.Hold("x");
        await silo.Probe.Reported("x begins");
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => call);

        Assert.Contains("outcome is unknown", exception.Message);
        Assert.DoesNotContain("x ends", silo.Probe.Log);
        silo.Probe.Open("x");
        await silo.Probe.Reported("x ends");
    }

    [Fact]
    public async Task ResponseTimeoutAttribute_ReplacesTheOption()
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time, o => o.ResponseTimeout = TimeSpan.FromSeconds(10));

        var call = silo.Grains.GetGrain<IMessageGrain>("a").HoldLong("x");
        await silo.Probe.Reported("x begins");
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<TimeoutException>(() => call);
        silo.Probe.Open("x");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CancelRequestOnTimeout_CancelsTheCallee_OnlyWhenSet(bool set)
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time, o =>
        {
            o.ResponseTimeout = TimeSpan.FromSeconds(10);
            o.CancelRequestOnTimeout = set;
        });

        var call = silo.Grains.GetGrain<IMessageGrain>("a").HoldCancellable("x", CancellationToken.None);
        await silo.Probe.Reported("x begins");
        time.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAsync<TimeoutException>(() => call);

        if (set)
        {
            await silo.Probe.Reported("x cancelled");
        }
        else
        {
            silo.Probe.Open("x");
            await silo.Probe.Reported("x ends");
        }
    }

    [Fact]
    public async Task OneWay_ReturnsBeforeTheCallEnds()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IMessageGrain>("a");

        await grain.HoldOneWay("x");
        await silo.Probe.Reported("x begins");
        silo.Probe.Open("x");
        await silo.Probe.Reported("x ends");
        grain.Fire("fired");
        await silo.Probe.Reported("fired");
    }

    [Fact]
    public async Task Cancellation_EndsTheCallersWaitAndReachesTheCallee()
    {
        await using var silo = await TestSilo.StartAsync();
        using var cancellation = new CancellationTokenSource();

        var call = silo.Grains.GetGrain<IMessageGrain>("a").HoldCancellable("x", cancellation.Token);
        await silo.Probe.Reported("x begins");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await silo.Probe.Reported("x cancelled");
    }

    [Fact]
    public async Task Cancellation_WithAcknowledgement_WaitsForTheCallee()
    {
        await using var silo = await TestSilo.StartAsync(s => s.Configure<SiloMessagingOptions>(o => o.WaitForCancellationAcknowledgement = true));
        using var cancellation = new CancellationTokenSource();

        var call = silo.Grains.GetGrain<IMessageGrain>("a").HoldCancellable("x", cancellation.Token);
        await silo.Probe.Reported("x begins");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Contains("x cancelled", silo.Probe.Log);
    }

    [Fact]
    public async Task Cancellation_OfACallThatHasNotBegun_KeepsItFromBeginning()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IMessageGrain>("a");
        using var cancellation = new CancellationTokenSource();

        var first = grain.Hold("first");
        await silo.Probe.Reported("first begins");
        var second = grain.HoldCancellable("second", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        silo.Probe.Open("first");
        await first;
        await grain.Empty(0);

        Assert.DoesNotContain("second begins", silo.Probe.Log);
    }

    [Fact]
    public async Task Cancellation_BeforeTheCall_ThrowsAtOnce()
    {
        await using var silo = await TestSilo.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await silo.Grains.GetGrain<IMessageGrain>("a").HoldCancellable("x", new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Threads_ThatBlockOnCalls_AreSafe()
    {
        await using var silo = await TestSilo.StartAsync();
        var sums = new int[4];
        var threads = Enumerable.Range(0, sums.Length).Select(n => new Thread(() =>
        {
            var grain = silo.Grains.GetGrain<IMessageGrain>($"grain-{n % 2}");
            for (var i = 0; i < 500; i++)
            {
                sums[n] += grain.Empty(i).GetAwaiter().GetResult();
            }
        })).ToList();

        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.All(sums, sum => Assert.Equal(500 * 499 / 2, sum));
    }

    private static Task<TestSilo> StartAsync(TimeProvider time, Action<SiloMessagingOptions> configure) => TestSilo.StartAsync(silo =>
    {
        silo.Services.AddSingleton(time);
        silo.Configure(configure);
    });

    internal sealed class MessageGrain(Probe probe) : Grain, IMessageGrain
    {
        public Task<string> ReadContext(string key, string forwardTo) => forwardTo.Length > 0
            ? GrainFactory.GetGrain<IMessageGrain>(forwardTo).ReadContext(key, "")
            : Task.FromResult($"{RequestContext.Get(key)} {RequestContext.Get("count")}");

        public Task ChangeContext(string key)
        {
            RequestContext.Set(key, "changed");
            return Task.CompletedTask;
        }

        public async Task Hold(string name)
        {
            probe.Report($"{name} begins");
            await probe.Gate(name);
            probe.Report($"{name} ends");
        }

        public Task HoldLong(string name) => Hold(name);

        public Task HoldOneWay(string name) => Hold(name);

        public void Fire(string name) => probe.Report(name);

        public async Task<string> HoldCancellable(string name, CancellationToken cancellationToken)
        {
            probe.Report($"{name} begins");
            try
            {
                await probe.Gate(name).WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                probe.Report($"{name} cancelled");
                throw;
            }

            probe.Report($"{name} ends");
            return name;
        }

        public Task<int> Empty(int value) => Task.FromResult(value);

        public Task<byte[]> Bytes(byte[] bytes) => Task.FromResult(bytes);
    }
}
