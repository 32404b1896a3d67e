using Orleans.Configuration;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>What a call has inside one silo, it has between two. One cluster of two serves all.</summary>
[Collection(nameof(AdoNetCollection))]
public sealed class CallTests(PrivatePostgres postgres) : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private ClusterSilo A => _cluster[0];

    private ClusterSilo B => _cluster[1];

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(postgres, 2, silo =>
    {
        DirectedPlacementDirector.AddTo(silo);
        silo.Configure<SiloMessagingOptions>(o => o.MaxMessageBodySize = 1024 * 1024);
    });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact(Timeout = TestCluster.Patience)]
    public async Task Bytes_GoThereAndBack()
    {
        var bytes = Enumerable.Range(0, 500_000).Select(i => (byte)(i * 7)).ToArray();

        Assert.Equal(bytes, await OnB("bytes").Echo(bytes));
        Assert.Empty(await OnB("bytes").Echo([]));
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task RequestContext_GoesWithTheCall_AndChangesStayThere()
    {
        RequestContext.Set("colour", "green");

        Assert.Equal("green", await OnB("context").Context("colour"));
        Assert.Null(await OnB("context").Context("shape"));
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task Exceptions_ArriveWithTypeMessageAndStack()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => OnB("exception").Throw(new InvalidOperationException("no", new TimeoutException("inner"))));

        Assert.Equal("no", exception.Message);
        Assert.Equal("inner", Assert.IsType<TimeoutException>(exception.InnerException).Message);
        Assert.Contains(nameof(PlaceGrainBase.Throw), exception.StackTrace, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task ExceptionThatCannotBeSerialized_ArrivesAsCodecNotFound() =>
        await Assert.ThrowsAsync<CodecNotFoundException>(() => OnB("exception").ThrowUnsendable());

    [Fact(Timeout = TestCluster.Patience)]
    public async Task Cancellation_CrossesSilos()
    {
        using var cancellation = new CancellationTokenSource();
        var call = OnB("cancel").WaitAsync("cancel", cancellation.Token);
        await B.Events.Wait("cancel began");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await B.Events.Wait("cancel cancelled");
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task Streams_CrossSilos_AndEndAtTheCalleeWhenTheReaderLeaves()
    {
        var all = new List<int>();
        await foreach (var item in OnB("stream").Count(250, TestContext.Current.CancellationToken))
        {
            all.Add(item);
        }

        Assert.Equal(Enumerable.Range(0, 250), all);

        await foreach (var item in OnB("stream").Endless("stream", TestContext.Current.CancellationToken))
        {
            if (item == 10)
            {
                break;
            }
        }

        await B.Events.Wait("stream ended");
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task CallChainReentrancy_HoldsAcrossSilos()
    {
        var first = OnB("chain");
        var second = DirectedPlacementDirector.On<IDirectedGrain>(A, A, "chain");

        Assert.Equal(B.Address.ToString(), await first.CallThrough(second));
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task OneWayCalls_Arrive()
    {
        await OnB("told").Tell("told");

        await B.Events.Wait("told");
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task MessageOverTheLimit_IsAnErrorForItsCaller_AndTheLinkGoesOn()
    {
        var grain = OnB("big");

        var request = await Assert.ThrowsAsync<InvalidMessageFrameException>(() => grain.Echo(new byte[2 * 1024 * 1024]));
        var response = await Assert.ThrowsAsync<InvalidMessageFrameException>(() => grain.Make(2 * 1024 * 1024));

        Assert.Contains("MaxMessageBodySize", request.Message, StringComparison.Ordinal);
        Assert.Contains("The response has", response.Message, StringComparison.Ordinal);
        Assert.Equal(B.Address.ToString(), await grain.Where());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task References_KeepTheirGrainAcrossSilos()
    {
        var far = OnB("reference");

        Assert.Equal(B.Address.ToString(), await DirectedPlacementDirector.On<IDirectedGrain>(A, A, "reference").CallBack(far));
    }

    private IDirectedGrain OnB(string name) => DirectedPlacementDirector.On<IDirectedGrain>(A, B, name);
}
