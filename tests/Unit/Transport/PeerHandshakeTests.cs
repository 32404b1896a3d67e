using Sheaf.Records;
using Sheaf.Training.Collectives;
using Sheaf.Training.Faults;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Wire;

namespace Sheaf.Tests.Unit.Transport;

public sealed class PeerHandshakeTests
{
    private static readonly ShardRange[][] Two = [[new(0, 1)], [new(1, 1)]];

    public static TheoryData<RefusalReason> Refusals =>
        [RefusalReason.Cluster, RefusalReason.Incarnation, RefusalReason.Generation, RefusalReason.Sender, RefusalReason.Plan, RefusalReason.Malformed];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Join_EnsureWrongHelloIsRefusedCountedAndAnswered(RefusalReason reason)
    {
        await using var planes = await Planes.Start(1);
        var plan = PeerFrameTests.PlanWithRaw(planes, generation: 5);
        using var exchange = planes.All[0].Join(plan);
        var right = RawPeer.HelloOf(plan);
        var wrong = reason switch
        {
            RefusalReason.Cluster => right with { Cluster = "another" },
            RefusalReason.Incarnation => right with { To = planes.All[0].Silo + "8" },
            RefusalReason.Generation => right with { Generation = 4 },
            RefusalReason.Sender => right with { From = "0.stranger" },
            RefusalReason.Plan => right with { Digest = right.Digest + 1 },
            _ => right with { Purpose = (HandshakePurpose)99 },
        };
        using var peer = await RawPeer.Dial(planes.All[0].EndPoint);
        peer.Send(wrong.ToFrame());
        Assert.Equal(FrameType.Refusal, (await peer.Receive()).Type);
        Assert.Equal((reason, planes.All[0].Silo), (peer.Answer().Reason, peer.Answer().Silo));
        await Until.True(() => planes.All[0].Counters.Refused(reason) == 1);
    }

    [Fact]
    public async Task Join_EnsureAPeerThatComesEarlyIsKept()
    {
        await using var planes = await Planes.Start(1);
        var plan = PeerFrameTests.PlanWithRaw(planes);
        using var peer = await RawPeer.Dial(planes.All[0].EndPoint);
        peer.Send(RawPeer.HelloOf(plan).ToFrame());
        using var exchange = planes.All[0].Join(plan);
        Assert.Equal(FrameType.Welcome, (await peer.Receive()).Type);
        await exchange.Connected;
        Assert.Empty(exchange.Missing);
    }

    [Fact]
    public async Task Join_EnsureAPeerThatIsKeptTooLongIsToldSo()
    {
        var clock = new FakeTimeProvider();
        await using var planes =
            await Planes.Start(1, options => options with { Links = options.Links with { HandshakeWithin = TimeSpan.FromHours(1) } }, clock);
        using var peer = await RawPeer.Dial(planes.All[0].EndPoint);
        peer.Send(RawPeer.HelloOf(PeerFrameTests.PlanWithRaw(planes)).ToFrame());
        var answer = peer.Receive();
        await Until.True(() => answer.IsCompleted, () => clock.Advance(TimeSpan.FromMilliseconds(500)));
        await answer;
        Assert.Contains(peer.Answer().Reason, new[] { RefusalReason.NotJoined });
    }

    [Fact]
    public async Task Join_EnsureOneThatDiffersInItsPlanEndsBoth()
    {
        await using var planes = await Planes.Start(2);
        using var one = planes.Join(0, Two, 100);
        using var other = planes.Join(1, Two, 101);
        Assert.Equal(RefusalReason.Plan, (await Assert.ThrowsAsync<FrameRefusedException>(() => Rounds.Start(one, Rounds.Vectors(2, 100, 1)))).Refusal);
        Assert.Equal(RefusalReason.Plan, (await Assert.ThrowsAsync<FrameRefusedException>(() => Rounds.Start(other, Rounds.Vectors(2, 101, 1)))).Refusal);
    }

    [Fact]
    public async Task Join_EnsureANewerGenerationEndsTheOlderAndALowerIsRefused()
    {
        await using var planes = await Planes.Start(1);
        var old = planes.All[0].Join(PeerFrameTests.PlanWithRaw(planes, generation: 3));
        var waiting = Rounds.Start(old, Rounds.Vectors(2, 1000, 1));
        using var newer = planes.All[0].Join(PeerFrameTests.PlanWithRaw(planes, generation: 4));
        Assert.Contains("generation 4", (await Assert.ThrowsAsync<ReductionAbortedException>(() => waiting)).Message, StringComparison.Ordinal);
        old.Dispose();
        foreach (var generation in new[] { 3, 4 })
        {
            Assert.Contains(
                "generation 4 was joined",
                Assert.Throws<InvalidOperationException>(() => planes.All[0].Join(PeerFrameTests.PlanWithRaw(planes, generation))).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Join_EnsureAGoneSiloIsLostByName()
    {
        await using var planes = await Planes.Start(2);
        await planes.All[1].DisposeAsync();
        var exchange = planes.Join(0, Two, 100);
        Assert.Equal(planes.All[1].Silo, (await Assert.ThrowsAsync<PeerLostException>(() => Rounds.Start(exchange, Rounds.Vectors(2, 100, 1)))).Silo);
    }

    [Fact]
    public async Task Exchange_EnsureASiloThatLeavesInGoodOrderIsNotLost()
    {
        await using var planes = await Planes.Start(2);
        var exchanges = planes.Join(Two, 100);
        await Rounds.Run(exchanges, Rounds.Vectors(2, 100, 1));
        exchanges[0].Dispose();
        var aborted = await Assert.ThrowsAsync<ReductionAbortedException>(() => Rounds.Start(exchanges[1], Rounds.Vectors(2, 100, 1), 1, 1));
        Assert.Contains($"silo {planes.All[0].Silo} left generation 1", aborted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_EnsureTheFaultStrikesBeforeAGradientIsSent()
    {
        var faults = new ScriptedFaults();
        await using var planes = await Planes.Start(2, faults: faults);
        var exchanges = planes.Join(Two, 100);
        using var armed = faults.Arm(FaultPoint.WhileSending, worker: 10, step: 1);
        var vectors = Rounds.Vectors(2, 100, 1);
        await Rounds.Run(exchanges, vectors, step: 0, sequence: 0);
        await Rounds.Run(exchanges, vectors, step: 1, sequence: 1, CollectiveKind.Evaluation);
        Assert.Equal(0, armed.Hits);
        var other = Rounds.Start(exchanges[0], vectors, 1, 2);
        var struck = await Assert.ThrowsAsync<ReductionAbortedException>(() => Rounds.Start(exchanges[1], vectors, 1, 2));
        Assert.IsType<InjectedFaultException>(struck.InnerException);
        Assert.Contains("Injected fault", (await Assert.ThrowsAsync<ReductionAbortedException>(() => other)).Message, StringComparison.Ordinal);
        Assert.Equal(1, armed.Hits);
    }

    [Fact]
    public async Task Exchange_EnsureStrangersDoNotStopARun()
    {
        await using var planes = await Planes.Start(2, options => options with { Links = options.Links with { MostHandshakes = 4 } });
        var vectors = Rounds.Vectors(2, 50_000, 3);
        var expected = ReferenceReduction.Sum(vectors);
        var exchanges = planes.Join(Two, 50_000);
        var strangers = new List<RawPeer>();
        try
        {
            for (var step = 0; step < 12; step++)
            {
                var stranger = await RawPeer.Dial(planes.All[step % 2].EndPoint);
                strangers.Add(stranger);
                var hello = RawPeer.HelloOf(exchanges[1].Plan).ToFrame();
                stranger.Send((step % 4) switch
                {
                    0 => "GET / HTTP/1.1\r\nHost: silo\r\nUser-Agent: a stranger\r\nAccept: */*\r\n\r\n"u8.ToArray(),
                    1 => [],
                    2 => hello.AsSpan(0, 70).ToArray(),
                    _ => hello.AsSpan(0, 3).ToArray()
                });
                Rounds.AssertBits(expected, await Rounds.Run(exchanges, vectors, step, step));
            }

            // A new generation finds its way past those that hold the door.
            Rounds.AssertBits(expected, await Rounds.Run(planes.Join(Two, 50_000, generation: 2), vectors));
            await Until.True(() => planes.All.Sum(plane => plane.Counters.Refused(RefusalReason.Malformed)) > 0
                && planes.All.Sum(plane => plane.Counters.Refused(RefusalReason.Crowded)) > 0);
        }
        finally
        {
            strangers.ForEach(stranger => stranger.Dispose());
        }
    }

    [Fact]
    public async Task Start_EnsureAHandshakeThatTakesTooLongIsClosedAndCounted()
    {
        var clock = new FakeTimeProvider();
        await using var planes = await Planes.Start(1, time: clock);
        using var slow = await RawPeer.Dial(planes.All[0].EndPoint);
        slow.Send(RawPeer.HelloOf(PeerFrameTests.PlanWithRaw(planes)).ToFrame().AsSpan(0, 20));
        var closed = slow.Closed();
        await Until.True(() => closed.IsCompleted, () => clock.Advance(TimeSpan.FromMilliseconds(500)));
        Assert.Equal(1, planes.All[0].Counters.Refused(RefusalReason.Slow));
    }

    [Fact]
    public async Task Exchange_EnsureNothingIsAllocatedInAStep()
    {
        await using var planes = await Planes.Start(2);
        var exchanges = planes.Join(Two, 100_000);
        var vectors = Rounds.Vectors(2, 100_000, 3);
        var allocated = await Task.WhenAll(exchanges.Select(exchange => Rounds.OnThread(() =>
        {
            using var part = new NativeBuffer(100_000);
            using var total = new NativeBuffer(100_000);
            GradientPart[] parts = [new(exchange.Plan.Parts[exchange.Plan.Silo == planes.All[0].Silo ? 0 : 1][0], part.Memory)];
            var before = 0L;
            for (var step = 0; step < 40; step++)
            {
                before = step == 20 ? GC.GetAllocatedBytesForCurrentThread() : before;
                exchange.Exchange(new(1, step, step, CollectiveKind.Gradient), parts, total.GetSpan(), CancellationToken.None);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        })));
        Assert.Equal([0, 0], allocated);
    }
}
