using System.Collections.Concurrent;
using Sheaf.Transport;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Tests.Unit.Transport;

public sealed class LinkTests
{
    [Fact]
    public async Task Connect_EnsureBothReachEachOtherAndAGoodbyeIsNoDeath()
    {
        await using var planes = await Planes.Start(2);
        var lost = Losses(planes.All[0]);
        planes.All[0].Connect(planes.All[1].Silo, planes.All[1].EndPoint);
        planes.All[1].Connect(planes.All[0].Silo, planes.All[0].EndPoint);
        await Until.True(() => planes.All.All(plane => plane.Reachable.Count == 1 && plane.Counters.LinksUp == 1));
        Assert.Equal([planes.All[1].Silo], planes.All[0].Reachable);
        await planes.All[1].DisposeAsync();
        Assert.Equal((planes.All[1].Silo, LinkLoss.Closed), await lost.First);
        Assert.Empty(planes.All[0].Reachable);
    }

    [Fact]
    public async Task Lost_EnsureRefusedWhenNobodyListensAnyMore()
    {
        await using var planes = await Planes.Start(1);
        var lost = Losses(planes.All[0]);
        var silo = new RawSilo();
        planes.All[0].Connect("gone", silo.EndPoint);
        using (await silo.Welcome())
        {
            await Until.True(() => planes.All[0].Reachable.Contains("gone"));
            silo.Dispose();
        }

        Assert.Equal(("gone", LinkLoss.Refused), await lost.First);
        Assert.Empty(planes.All[0].Reachable);
    }

    [Fact]
    public async Task Lost_EnsureSupersededWhenAnotherIncarnationAnswers()
    {
        await using var planes = await Planes.Start(1);
        var lost = Losses(planes.All[0]);
        using var silo = new RawSilo();
        planes.All[0].Connect("old", silo.EndPoint);
        (await silo.Welcome()).Dispose();
        using var again = await silo.Accept();
        Assert.Equal("old", again.Hello().To);
        again.Send(new HandshakeAnswer(RefusalReason.Incarnation, "new", "it wants silo old; this is new").ToFrame());
        Assert.Equal(("old", LinkLoss.Superseded), await lost.First);
    }

    [Fact]
    public async Task Lost_EnsureAConnectionThatComesBackAtOnceIsNoLoss()
    {
        await using var planes = await Planes.Start(1);
        var lost = Losses(planes.All[0]);
        using var silo = new RawSilo();
        planes.All[0].Connect("there", silo.EndPoint);
        (await silo.Welcome()).Dispose();
        var again = await silo.Welcome();
        await Until.True(() => planes.All[0].Reachable.Contains("there"));
        Assert.False(lost.First.IsCompleted);

        // The next loss is the first one: nothing was raised for the connection that came back.
        silo.Dispose();
        again.Dispose();
        Assert.Equal(("there", LinkLoss.Refused), await lost.First);
        Assert.Single(lost.All);
    }

    [Fact]
    public async Task Lost_EnsureASiloThatIsStillStartingIsNotLost()
    {
        await using var planes = await Planes.Start(1);
        var lost = Losses(planes.All[0]);
        using var silo = new RawSilo(listening: false);
        planes.All[0].Connect("starting", silo.EndPoint);
        silo.Listen();
        using var peer = await silo.Welcome();
        await Until.True(() => planes.All[0].Reachable.Contains("starting"));
        Assert.Empty(lost.All);
    }

    [Fact]
    public async Task Reachable_EnsureASilentSiloIsNotUntilItAnswersAgain()
    {
        var clock = new FakeTimeProvider();
        await using var planes = await Planes.Start(
            1, options => options with { Links = new() { HandshakeWithin = TimeSpan.FromHours(1), Heartbeat = TimeSpan.FromSeconds(1), Spins = 0 } }, clock);
        var lost = Losses(planes.All[0]);
        using var silo = new RawSilo();
        planes.All[0].Connect("frozen", silo.EndPoint);
        using var peer = await silo.Welcome();
        await Until.True(() => planes.All[0].Reachable.Contains("frozen"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FrameType.Ping, (await peer.Receive()).Type);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FrameType.Ping, (await peer.Receive()).Type);
        Assert.Contains("frozen", planes.All[0].Reachable);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("frozen", LinkLoss.Silent), await lost.First);
        Assert.Empty(planes.All[0].Reachable);

        // It thaws: the link dials again by itself.
        var thawed = silo.Welcome();
        await Until.True(() => thawed.IsCompleted && planes.All[0].Reachable.Contains("frozen"), () => clock.Advance(TimeSpan.FromSeconds(1)));
        (await thawed).Dispose();
    }

    [Fact]
    public async Task Reachable_EnsureOneThatStoodStillItselfHoldsNobodyForSilent()
    {
        var clock = new FakeTimeProvider();
        await using var planes = await Planes.Start(
            1, options => options with { Links = new() { HandshakeWithin = TimeSpan.FromHours(1), Heartbeat = TimeSpan.FromMinutes(1), Spins = 0 } }, clock);
        var lost = Losses(planes.All[0]);
        using var silo = new RawSilo();
        planes.All[0].Connect("well", silo.EndPoint);
        using var peer = await silo.Welcome();
        await Until.True(() => planes.All[0].Reachable.Contains("well"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FrameType.Ping, (await peer.Receive()).Type);
        Assert.Contains("well", planes.All[0].Reachable);
        Assert.Empty(lost.All);
    }

    [Fact]
    public async Task Forget_EnsureNothingIsRaised()
    {
        await using var planes = await Planes.Start(1);
        var lost = Losses(planes.All[0]);
        using var silo = new RawSilo();
        planes.All[0].Connect("left", silo.EndPoint);
        using var peer = await silo.Welcome();
        planes.All[0].Forget("left");
        await peer.Closed();
        await Until.True(() => planes.All[0].Reachable.Count == 0);
        Assert.Empty(lost.All);
    }

    private static LossList Losses(DataPlane plane)
    {
        var losses = new LossList();
        plane.Lost += losses.Add;
        return losses;
    }

    private sealed class LossList
    {
        private readonly TaskCompletionSource<(string, LinkLoss)> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<(string, LinkLoss)> All { get; } = new();

        public Task<(string Silo, LinkLoss Loss)> First => _first.Task;

        public void Add(string silo, LinkLoss loss)
        {
            All.Enqueue((silo, loss));
            _first.TrySetResult((silo, loss));
        }
    }
}
