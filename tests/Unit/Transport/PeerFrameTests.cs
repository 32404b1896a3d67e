using System.Net;
using Sheaf.Records;
using Sheaf.Training.Collectives;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Wire;

namespace Sheaf.Tests.Unit.Transport;

public sealed class PeerFrameTests
{
    private const int Length = 1000;
    private const string Raw = "0.raw";

    private static readonly ShardRange[] First = [new(0, 1)];

    public static TheoryData<string, RefusalReason> BadFrames => new()
    {
        { "magic", RefusalReason.Malformed }, { "header checksum", RefusalReason.Malformed }, { "type", RefusalReason.Sequence },
        { "total", RefusalReason.Sequence },
        { "generation", RefusalReason.Generation }, { "sender", RefusalReason.Sender }, { "sequence", RefusalReason.Sequence },
        { "step", RefusalReason.Sequence },
        { "kind", RefusalReason.Sequence }, { "first shard", RefusalReason.Sequence }, { "shards", RefusalReason.Sequence },
        { "chunk", RefusalReason.Sequence },
        { "shorter", RefusalReason.Length }, { "longer", RefusalReason.Length }, { "negative length", RefusalReason.Length },
        { "payload", RefusalReason.Checksum },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task Exchange_EnsureBadFrameIsRefusedCountedAndNamed(string what, RefusalReason reason)
    {
        await using var planes = await Planes.Start(1);
        var plan = PlanWithRaw(planes);
        using var exchange = planes.All[0].Join(plan);
        using var peer = await RawPeer.Enter(plan, planes.All[0].EndPoint);
        var running = Rounds.Start(exchange, Rounds.Vectors(2, Length, 1), step: 7);
        peer.Send(Spoil(what));
        var refused = await Assert.ThrowsAsync<FrameRefusedException>(() => running);
        Assert.Equal((Raw, reason), (refused.Silo, refused.Refusal));
        Assert.Contains(Raw, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, planes.All[0].Counters.Refused(reason));

        // The generation is over: nothing after a bad frame is used.
        await Assert.ThrowsAsync<FrameRefusedException>(() => Rounds.Start(exchange, Rounds.Vectors(2, Length, 1), 8, 1));
    }

    [Fact]
    public async Task Exchange_EnsureTheSameFrameUnspoiledIsTaken()
    {
        await using var planes = await Planes.Start(1);
        var plan = PlanWithRaw(planes);
        using var exchange = planes.All[0].Join(plan);
        using var peer = await RawPeer.Enter(plan, planes.All[0].EndPoint);
        var vectors = Rounds.Vectors(2, Length, 1);
        vectors[0] = Payload(Length);
        var running = Rounds.Start(exchange, vectors, step: 7);
        peer.Send(Spoil("nothing"));
        Rounds.AssertBits(ReferenceReduction.Sum(vectors), [await running]);
        Assert.Equal(0, planes.All[0].Counters.RefusedInAll);
    }

    [Fact]
    public async Task Exchange_EnsurePeerThatClosesInTheMiddleOfAFrameIsLostByName()
    {
        await using var planes = await Planes.Start(1);
        var plan = PlanWithRaw(planes);
        using var exchange = planes.All[0].Join(plan);
        var peer = await RawPeer.Enter(plan, planes.All[0].EndPoint);
        var running = Rounds.Start(exchange, Rounds.Vectors(2, Length, 1), step: 7);
        peer.Send(Spoil("nothing").AsSpan(0, 500));
        peer.Dispose();
        Assert.Equal(Raw, (await Assert.ThrowsAsync<PeerLostException>(() => running)).Silo);
    }

    [Fact]
    public async Task Exchange_EnsureLocalGroupHandsOnWhoWasLost()
    {
        await using var planes = await Planes.Start(1);
        var plan = PlanWithRaw(planes);
        using var exchange = planes.All[0].Join(plan);
        using var group = new LocalGroup(2, [new Lease(0, new(1, 1))], Length, exchange, generation: 1);
        var peer = await RawPeer.Enter(plan, planes.All[0].EndPoint);
        var running = Rounds.OnThread(() => group.Reduce(0, 7, [new GradientPart(new(1, 1), new float[Length])]).Hash);
        peer.Dispose();
        var aborted = await Assert.ThrowsAsync<ReductionAbortedException>(() => running);
        Assert.Equal(Raw, Assert.IsType<PeerLostException>(aborted.InnerException).Silo);
    }

    [Fact]
    public async Task Exchange_EnsureCancellationAndDisposeWakeTheDeviceThread()
    {
        await using var planes = await Planes.Start(1);
        foreach (var dispose in new[] { false, true })
        {
            var plan = PlanWithRaw(planes, generation: dispose ? 2 : 1);
            using var exchange = planes.All[0].Join(plan);
            using var peer = await RawPeer.Enter(plan, planes.All[0].EndPoint);
            using var cancelling = new CancellationTokenSource();
            var running = Rounds.Start(exchange, Rounds.Vectors(2, Length, 1), cancelling.Token, step: 7);

            // Its own part has come: the thread has sent, and waits for ours.
            Assert.Equal(FrameType.Part, (await Skip(peer)).Type);
            if (dispose)
            {
                exchange.Dispose();
            }
            else
            {
                await cancelling.CancelAsync();
            }

            Assert.IsNotType<PeerLostException>(await Assert.ThrowsAsync<ReductionAbortedException>(() => running));
        }
    }

    [Fact]
    public async Task Exchange_EnsureCancellationWakesAThreadThatWaitsForConnections()
    {
        await using var planes = await Planes.Start(1);
        using var exchange = planes.All[0].Join(PlanWithRaw(planes));
        using var cancelling = new CancellationTokenSource();
        var running = Rounds.Start(exchange, Rounds.Vectors(2, Length, 1), cancelling.Token);
        Assert.Equal([Raw], exchange.Missing);
        await cancelling.CancelAsync();
        await Assert.ThrowsAsync<ReductionAbortedException>(() => running);
    }

    internal static PeerPlan PlanWithRaw(Planes planes, long generation = 1) => new(
        Planes.Experiment, generation, 2, planes.All[0].Silo, 3,
        [new(planes.All[0].Silo, planes.All[0].EndPoint, [new(1, 1)]), new(Raw, new IPEndPoint(IPAddress.Loopback, 9), First)], Length);

    private static async Task<FrameHeader> Skip(RawPeer peer)
    {
        // The reader is for short frames: the header alone is enough.
        try
        {
            return await peer.Receive();
        }
        catch (BadFrameException)
        {
            return new() { Type = FrameType.Part };
        }
    }

    private static float[] Payload(int length) => [.. Enumerable.Range(0, length).Select(i => i * 0.37f)];

    private static byte[] Spoil(string what)
    {
        var header = new FrameHeader { Type = FrameType.Part, Sender = 0, Generation = 1, Sequence = 0, Step = 7, FirstShard = 0, Shards = 1 };
        var length = Length;
        switch (what)
        {
            case "type": header.Type = FrameType.Ping; break;
            case "total": header.Type = FrameType.Total; break;
            case "generation": header.Generation = 2; break;
            case "sender": header.Sender = 1; break;
            case "sequence": header.Sequence = 1; break;
            case "step": header.Step = 8; break;
            case "kind": header.Kind = 1; break;
            case "first shard": header.FirstShard = 1; break;
            case "shards": header.Shards = 2; break;
            case "chunk": header.Chunk = 1; break;
            case "shorter": length--; break;
            case "longer": length++; break;
            default: break;
        }

        var frame = header.ToFrame(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Payload(length).AsSpan()));
        switch (what)
        {
            case "magic": frame[0] ^= 1; break;
            case "header checksum": frame[^(4 * Length + 1)] ^= 1; break;
            case "payload": frame[^1] ^= 1; break;
            case "negative length":
                header = FrameHeader.Read(frame);
                header.Length = -4;
                System.Runtime.InteropServices.MemoryMarshal.Write(frame, header.Sealed());
                break;
            default: break;
        }

        return frame;
    }
}
