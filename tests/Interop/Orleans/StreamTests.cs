using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>Grain methods that return IAsyncEnumerable&lt;T&gt;, through the official extension.</summary>
public sealed class StreamTests
{
    internal interface IStreamGrain : IGrainWithStringKey
    {
        IAsyncEnumerable<int> Count(int to, int yieldEvery, CancellationToken cancellationToken = default);

        IAsyncEnumerable<int> Waiting(string name, CancellationToken cancellationToken = default);

        IAsyncEnumerable<Item> Items(List<int> numbers);

        IAsyncEnumerable<int> Failing(int after);

        IAsyncEnumerable<Unsendable> Refused();

        Task Empty();

        Task Deactivate();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(100, 1000)]
    [InlineData(101, 1000)]
    [InlineData(1000, 7)]
    public async Task Stream_DeliversAllInOrder(int count, int yieldEvery)
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Equal(Enumerable.Range(0, count), await Read(silo.Grains.GetGrain<IStreamGrain>("a").Count(count, yieldEvery, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Stream_WithABatchSize_DeliversTheSame()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Equal(Enumerable.Range(0, 50), await Read(silo.Grains.GetGrain<IStreamGrain>("a").Count(50, 1000, TestContext.Current.CancellationToken).WithBatchSize(3)));
    }

    [Fact]
    public async Task Stream_DeliversAnElementWhileTheNextIsNotReady_AndOtherCallsAreLetIn()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IStreamGrain>("a");
        await using var stream = grain.Waiting("x", TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(1, stream.Current);
        await grain.Empty();
        silo.Probe.Open("x");

        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(2, stream.Current);
        Assert.False(await stream.MoveNextAsync());
    }

    [Fact]
    public async Task Stream_ThatWaitsLongerThanATimeout_GoesOn()
    {
        var time = new FakeTimeProvider();
        var polls = 0;
        await using var silo = await TestSilo.StartAsync(s =>
        {
            s.Services.AddSingleton<TimeProvider>(time);
            s.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromSeconds(10));
            s.AddIncomingGrainCallFilter(async context =>
            {
                // Reported when the grain waits for its next element: from then on the clock may move.
                var call = context.Invoke();
                context.TargetContext.ActivationServices.GetRequiredService<Probe>().Report($"poll {Interlocked.Increment(ref polls)}");
                await call;
            });
        });
        await using var stream = silo.Grains.GetGrain<IStreamGrain>("a").Waiting("x", TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();
        for (var poll = 2; poll < 8; poll++)
        {
            await silo.Probe.Reported($"poll {poll}");
            time.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.False(next.IsCompleted);
        silo.Probe.Open("x");
        Assert.True(await next);
    }

    [Fact]
    public async Task Stream_CancelledByItsReader_EndsAtTheGrain()
    {
        await using var silo = await TestSilo.StartAsync();
        using var cancellation = new CancellationTokenSource();
        await using var stream = silo.Grains.GetGrain<IStreamGrain>("a").Waiting("x", cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await silo.Probe.Reported("x disposed");
    }

    [Fact]
    public async Task Stream_LeftEarly_EndsAtTheGrain()
    {
        await using var silo = await TestSilo.StartAsync();

        await foreach (var number in silo.Grains.GetGrain<IStreamGrain>("a").Waiting("x", TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, number);
            break;
        }

        await silo.Probe.Reported("x disposed");
    }

    [Fact]
    public async Task Stream_OfAGrainThatEnds_EndsWithAnAbortedException()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IStreamGrain>("a");
        await using var stream = grain.Waiting("x", TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await stream.MoveNextAsync());

        await grain.Deactivate();
        await silo.Probe.Reported("x disposed");

        await Assert.ThrowsAsync<EnumerationAbortedException>(async () => await stream.MoveNextAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Stream_ThatFails_DeliversWhatCameBefore_ThenTheException(int after)
    {
        await using var silo = await TestSilo.StartAsync();
        var read = new List<int>();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var number in silo.Grains.GetGrain<IStreamGrain>("a").Failing(after))
            {
                read.Add(number);
            }
        });

        Assert.Equal("enough", exception.Message);
        Assert.Equal(Enumerable.Range(0, after), read);
    }

    [Fact]
    public async Task Stream_CopiesItsArgumentsAndItsElements()
    {
        await using var silo = await TestSilo.StartAsync();
        List<int> numbers = [1, 2];

        var stream = silo.Grains.GetGrain<IStreamGrain>("a").Items(numbers);
        numbers.Add(3);
        var items = await Read(stream);

        Assert.Equal([1, 2], items.Select(i => i.Number));
        Assert.All(items, item => Assert.False(item.IsTheGrains));
    }

    [Fact]
    public async Task Stream_OfATypeThatOrleansWouldRefuse_IsRefused()
    {
        await using var silo = await TestSilo.StartAsync();

        await Assert.ThrowsAsync<CodecNotFoundException>(() => Read(silo.Grains.GetGrain<IStreamGrain>("a").Refused()));
    }

    private static async Task<List<T>> Read<T>(IAsyncEnumerable<T> stream)
    {
        var list = new List<T>();
        await foreach (var item in stream)
        {
            list.Add(item);
        }

        return list;
    }

    [GenerateSerializer]
    internal sealed class Item
    {
        [Id(0)]
        public int Number { get; init; }

        public bool IsTheGrains { get; init; }
    }

    internal sealed class Unsendable;

    internal sealed class StreamGrain(Probe probe) : Grain, IStreamGrain
    {
        public async IAsyncEnumerable<int> Count(int to, int yieldEvery, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < to; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (i % yieldEvery == yieldEvery - 1)
                {
                    await Task.Yield();
                }

                yield return i;
            }
        }

        public async IAsyncEnumerable<int> Waiting(string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                yield return 1;
                await probe.Gate(name).WaitAsync(cancellationToken);
                yield return 2;
            }
            finally
            {
                probe.Report($"{name} disposed");
            }
        }

        public async IAsyncEnumerable<Item> Items(List<int> numbers)
        {
            foreach (var number in numbers)
            {
                await Task.Yield();
                yield return new Item { Number = number, IsTheGrains = true };
            }
        }

        public async IAsyncEnumerable<int> Failing(int after)
        {
            for (var i = 0; i < after; i++)
            {
                yield return i;
            }

            await Task.CompletedTask;
            throw new InvalidOperationException("enough");
        }

        public async IAsyncEnumerable<Unsendable> Refused()
        {
            await Task.CompletedTask;
            yield return new Unsendable();
        }

        public Task Empty() => Task.CompletedTask;

        public Task Deactivate()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }
}
