namespace Sheaf.Tests.Interop.Orleans;

public sealed class CallTests
{
    internal interface IEchoGrain : IGrainWithStringKey
    {
        Task<string> Hello(string name);

        Task<Point> Move(Point point);

        ValueTask<int> Add(int a, int b);

        IAsyncEnumerable<int> Count(int to, CancellationToken cancellationToken);
    }

    [Fact]
    public async Task Call_ReachesTheGrainOfItsKey()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Equal("Hello Ada from one", await silo.Grains.GetGrain<IEchoGrain>("one").Hello("Ada"));
        Assert.Equal("Hello Ada from two", await silo.Grains.GetGrain<IEchoGrain>("two").Hello("Ada"));
        Assert.Equal(5, await silo.Grains.GetGrain<IEchoGrain>("two").Add(2, 3));
    }

    [Fact]
    public async Task Call_CopiesItsArgumentsAndItsResult()
    {
        await using var silo = await TestSilo.StartAsync();
        var point = new Point { X = 1, Tags = ["a"] };

        var call = silo.Grains.GetGrain<IEchoGrain>("one").Move(point);
        point.X = 100;
        point.Tags.Add("b");
        var moved = await call;

        Assert.NotSame(point, moved);
        Assert.Equal(2, moved.X);
        Assert.Equal(["a"], moved.Tags);
    }

    [Fact]
    public async Task Stream_DeliversEveryElementInOrder()
    {
        await using var silo = await TestSilo.StartAsync();
        var read = new List<int>();

        await foreach (var number in silo.Grains.GetGrain<IEchoGrain>("one").Count(250, TestContext.Current.CancellationToken))
        {
            read.Add(number);
        }

        Assert.Equal(Enumerable.Range(0, 250), read);
    }

    [GenerateSerializer]
    internal sealed class Point
    {
        [Id(0)]
        public int X { get; set; }

        [Id(1)]
        public List<string> Tags { get; set; } = [];
    }

    internal sealed class EchoGrain : Grain, IEchoGrain
    {
        public Task<string> Hello(string name) => Task.FromResult($"Hello {name} from {this.GetPrimaryKeyString()}");

        public Task<Point> Move(Point point)
        {
            point.X++;
            return Task.FromResult(point);
        }

        public ValueTask<int> Add(int a, int b) => new(a + b);

        public async IAsyncEnumerable<int> Count(int to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var i = 0; i < to; i++)
            {
                if (i % 7 == 0)
                {
                    await Task.Yield();
                }

                yield return i;
            }
        }
    }
}
