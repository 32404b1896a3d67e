using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sheaf.Training.Collectives;
using Sheaf.Transport;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Wire;

namespace Sheaf.Tests.Unit.Transport;

/// <summary>
/// Strangers and silos that say anything to a data plane: handshakes, frames of links and of exchanges, damaged at random, with right checksums and wrong
/// ones. SHEAF_FUZZ_INPUTS (5,000) and SHEAF_FUZZ_SEED (1) say how many and which.
/// </summary>
[Trait("Category", "Slow")]
public sealed class FuzzTests
{
    private const int FramesOnALink = 20;

    private static int Inputs => Number("SHEAF_FUZZ_INPUTS", 5_000);

    [Fact]
    public async Task DataPlane_ThatIsToldAnything_RefusesItAndGoesOn()
    {
        await using var planes = await Planes.Start(1, options => options with
        {
            Log = null,
            Links = options.Links with { ParkedFor = TimeSpan.FromMilliseconds(200), BufferBytes = 1 << 16 }
        });
        var plane = planes.All[0];
        var random = new Random(Number("SHEAF_FUZZ_SEED", 1));
        var (inputs, connections, warm) = (0, 0, 0L);
        while (inputs < Inputs)
        {
            inputs += Attack(plane, random);
            connections++;
            if (warm == 0 && inputs > Inputs / 10)
            {
                warm = Memory();
            }
        }

        // What was begun by the last strangers is given up.
        using var good = await RawPeer.Dial(plane.EndPoint);
        good.Send(Link(plane).ToFrame());
        Assert.Equal(FrameType.Welcome, (await good.Receive()).Type);
        good.Send(new FrameHeader { Type = FrameType.Ping, Sequence = 77 });
        Assert.Equal((FrameType.Pong, 77), ((await good.Receive()).Type, plane.Counters.RefusedInAll > 0 ? 77 : 0));
        var grown = Memory() - warm;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{inputs} inputs on {connections} connections: {plane.Counters.RefusedInAll} refused; "
            + string.Join(", ", Enum.GetValues<RefusalReason>().Where(reason => plane.Counters.Refused(reason) > 0)
            .Select(reason => $"{reason} {plane.Counters.Refused(reason)}"))
            + $"; {grown >> 10} KiB more memory than after a tenth of them");
        Assert.True(plane.Counters.RefusedInAll > connections / 2, $"{plane.Counters.RefusedInAll} of {connections} connections were refused");
        Assert.True(grown < 16 << 20, $"{grown} bytes more memory than after a tenth of the inputs");
    }

    /// <summary>Of a generation that this silo has joined: a frame that is not the one that is due ends it, and is counted.</summary>
    [Fact]
    public async Task Exchange_ThatIsToldAnything_EndsAndTheNextOneBegins()
    {
        const int Length = 1000;
        await using var planes = await Planes.Start(1, options => options with { Log = null, Links = options.Links with { BufferBytes = 1 << 16 } });
        var plane = planes.All[0];
        var random = new Random(Number("SHEAF_FUZZ_SEED", 1));
        var vectors = Rounds.Vectors(2, Length, 1);
        var (inputs, generation, ended) = (0, 0, 0);
        for (; inputs < Inputs / 10; inputs++)
        {
            var plan = PeerFrameTests.PlanWithRaw(planes, ++generation);
            using var exchange = plane.Join(plan);
            using var peer = new Raw(plane.EndPoint);
            peer.Send(RawPeer.HelloOf(plan).ToFrame());
            var running = Rounds.Start(exchange, vectors, step: 7);
            peer.Send(Damaged(random, PartOf(random, generation), random.Next(4) > 0));
            peer.Finish();
            ended += await Record.ExceptionAsync(() => running) is FrameRefusedException or PeerLostException or ReductionAbortedException ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{inputs} frames in as many generations: {plane.Counters.RefusedInAll} refused, {ended} generations "
            + "ended by them");
        Assert.Equal(inputs, ended);
        Assert.True(plane.Counters.RefusedInAll > inputs / 2);
    }

    /// <returns>How many frames, or pieces of garbage, it sent.</returns>
    private static int Attack(DataPlane plane, Random random)
    {
        using var stranger = new Raw(plane.EndPoint);
        var sent = 1;
        switch (random.Next(6))
        {
            case 0:
                stranger.Send(Bytes(random, random.Next(1, 3000)));
                break;
            case 1:
                stranger.Send(Damaged(random, Link(plane).ToFrame(), sealedAgain: false));
                break;
            case 2:
                stranger.Send(Damaged(random, AnyHello(plane, random).ToFrame(), sealedAgain: true));
                break;
            case 3:
                stranger.Send(AnyHello(plane, random).ToFrame());
                break;
            case 4:
                // Half of a frame.
                var frame = Link(plane).ToFrame();
                stranger.Send(frame.AsSpan(0, random.Next(1, frame.Length)));
                break;
            default:
                stranger.Send(Link(plane).ToFrame());
                for (; sent < FramesOnALink; sent++)
                {
                    var ping = new FrameHeader { Type = FrameType.Ping, Sequence = random.NextInt64() }.ToFrame(default);
                    stranger.Send(sent + 1 < FramesOnALink ? ping : Damaged(random, ping, random.Next(2) == 0));
                }

                break;
        }

        stranger.End();
        return sent;
    }

    private static Handshake Link(DataPlane plane) => new(HandshakePurpose.Link, "test", "10.0.0.9:11111@7", plane.Silo);

    private static Handshake AnyHello(DataPlane plane, Random random) => new(
        (HandshakePurpose)random.Next(8),
        random.Next(4) == 0 ? Text(random) : "test",
        random.Next(2) == 0 ? Text(random) : "10.0.0.9:11111@7",
        random.Next(4) == 0 ? Text(random) : plane.Silo,
        Text(random),
        random.NextInt64(long.MinValue, long.MaxValue),
        (ulong)random.NextInt64());

    private static byte[] PartOf(Random random, long generation) => new FrameHeader
    {
        Type = (FrameType)random.Next(12),
        Kind = (byte)random.Next(5),
        Sender = (ushort)random.Next(3),
        Generation = generation,
        Sequence = random.Next(4),
        Step = random.Next(4),
        FirstShard = random.Next(-1, 3),
        Shards = random.Next(-1, 3),
        Chunk = random.Next(-1, 4),
    }.ToFrame(Bytes(random, random.Next(3) == 0 ? random.Next(4000) : 1200));

    private static byte[] Damaged(Random random, byte[] frame, bool sealedAgain)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            frame[random.Next(frame.Length)] = (byte)random.Next(256);
        }

        if (sealedAgain)
        {
            var header = FrameHeader.Read(frame);
            header.Magic = FrameHeader.KnownMagic;
            if (random.Next(4) > 0)
            {
                header.PayloadChecksum = FrameHeader.ChecksumOf(frame.AsSpan(FrameHeader.Size));
            }

            System.Runtime.InteropServices.MemoryMarshal.Write(frame, header.Sealed());
        }

        return frame;
    }

    private static string Text(Random random) => new([.. Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(1, 0xD000))]);

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>A connection that takes whatever comes back, and leaves no trace in the system's tables of ports.</summary>
    private sealed class Raw : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, LingerState = new(enable: true, 0), ReceiveTimeout = 5000,
        };

        public Raw(IPEndPoint endPoint) => _socket.Connect(endPoint);

        public void Send(ReadOnlySpan<byte> bytes)
        {
            try
            {
                _socket.Send(bytes);
            }
            catch (SocketException)
            {
                // It was refused already.
            }
        }

        /// <summary>Says nothing more.</summary>
        public void Finish()
        {
            try
            {
                _socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // It was refused already.
            }
        }

        /// <summary>Says nothing more, and waits until the other side has closed, so that all was read.</summary>
        public void End()
        {
            try
            {
                _socket.Shutdown(SocketShutdown.Send);
                Span<byte> rest = stackalloc byte[4096];
                while (_socket.Receive(rest) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // Reset, or closed before.
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
