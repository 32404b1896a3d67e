using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Sheaf.Training.Checkpoints;
using Sheaf.Transport.StateTransfer;
using Sheaf.Transport.Wire;

namespace Sheaf.Tests.Unit.Transport;

public sealed class StateTransferTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(700_000)]
    public async Task FetchState_EnsureEveryByteAndField(int floats)
    {
        var snapshot = Snapshot(floats);
        await using var planes = await Planes.Start(2, options => options with { States = new OneState(snapshot) });
        var fetched = await planes.All[0].FetchState(planes.All[1].Silo, planes.All[1].EndPoint, Planes.Experiment, 41, TestContext.Current.CancellationToken);
        Assert.Equal(
            (snapshot.Step, snapshot.Generation, snapshot.SpecYaml, snapshot.Fingerprint, snapshot.Sampler, snapshot.Score),
            (fetched.Step, fetched.Generation, fetched.SpecYaml, fetched.Fingerprint, fetched.Sampler, fetched.Score));
        foreach (var (expected, actual) in snapshot.Weights.Concat(snapshot.Optimizer).Zip(fetched.Weights.Concat(fetched.Optimizer)))
        {
            Assert.Equal((expected.Name, expected.Type), (actual.Name, actual.Type));
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.True(expected.Data.Span.SequenceEqual(actual.Data.Span));
        }

        Assert.True(planes.All[0].Counters.BytesReceived > floats * 8L);
    }

    [Fact]
    public async Task FetchState_EnsureAStateThatIsNotThereAndAnotherIncarnationAreSaidSo()
    {
        await using var planes = await Planes.Start(2, options => options with { States = new OneState(Snapshot(3)) });
        var (silo, endPoint) = (planes.All[1].Silo, planes.All[1].EndPoint);
        var none = await Assert.ThrowsAsync<StateTransferException>(
            () => planes.All[0].FetchState(silo, endPoint, Planes.Experiment, 42, TestContext.Current.CancellationToken));
        Assert.Equal((silo, RefusalReason.NoState), (none.Silo, none.Refusal));
        Assert.Contains("before step 42", none.Message, StringComparison.Ordinal);
        var other = await Assert.ThrowsAsync<StateTransferException>(
            () => planes.All[0].FetchState("another", endPoint, Planes.Experiment, 41, TestContext.Current.CancellationToken));
        Assert.Equal(RefusalReason.Incarnation, other.Refusal);
    }

    /// <summary>The welcome has about 100 bytes; then come the first piece's header, its payload (the head, then weights) and the rest.</summary>
    [Theory]
    [InlineData(120, RefusalReason.Malformed)]
    [InlineData(300, RefusalReason.Checksum)]
    [InlineData(200_000, RefusalReason.Checksum)]
    [InlineData(400_000, RefusalReason.Checksum)]
    public async Task FetchState_EnsureAlteredBytesAreRefused(int place, RefusalReason reason)
    {
        await using var planes = await Planes.Start(2, options => options with { States = new OneState(Snapshot(100_000)) });
        using var proxy = new Proxy(planes.All[1].EndPoint, flipAt: place, cutAt: int.MaxValue);
        var refused = await Assert.ThrowsAsync<StateTransferException>(() =>
            planes.All[0].FetchState(planes.All[1].Silo, proxy.EndPoint, Planes.Experiment, 41, TestContext.Current.CancellationToken));
        Assert.True(reason == refused.Refusal, $"{refused.Refusal}: {refused.InnerException}");
        Assert.Equal(1, planes.All[0].Counters.Refused(reason));
    }

    [Theory]
    [InlineData(110)]
    [InlineData(150_000)]
    [InlineData(700_000)]
    public async Task FetchState_EnsureATornStateIsRefused(int place)
    {
        await using var planes = await Planes.Start(2, options => options with { States = new OneState(Snapshot(100_000)) });
        using var proxy = new Proxy(planes.All[1].EndPoint, flipAt: int.MaxValue, cutAt: place);
        var torn = await Assert.ThrowsAsync<StateTransferException>(() =>
            planes.All[0].FetchState(planes.All[1].Silo, proxy.EndPoint, Planes.Experiment, 41, TestContext.Current.CancellationToken));
        Assert.Contains(planes.All[1].Silo, torn.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FetchState_EnsureCancellationEndsIt()
    {
        await using var planes = await Planes.Start(1);
        using var silo = new RawSilo();
        using var cancelling = new CancellationTokenSource();
        var fetching = planes.All[0].FetchState("mute", silo.EndPoint, Planes.Experiment, 41, cancelling.Token);
        using var mute = await silo.Accept();
        await cancelling.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => fetching);
    }

    internal static CheckpointSnapshot Snapshot(int floats)
    {
        var bytes = new byte[floats * sizeof(float)];
        new Random(floats).NextBytes(bytes);
        return new()
        {
            Step = 41,
            Generation = 6,
            Weights = [new("fc.weight", ArrayType.Float32, [floats], bytes), new("steps", ArrayType.Int64, [], new byte[8])],
            Optimizer = [new("fc.weight.momentum_buffer", ArrayType.Float32, [floats], bytes.Reverse().ToArray())],
            SpecYaml = "name: ünï\n",
            Fingerprint = "here",
            Sampler = new() { Seed = 1, Epoch = 2, StepInEpoch = 3, TrainCount = 4, BatchSize = 5, Shards = 6 },
            Score = double.NaN,
        };
    }

    internal sealed class OneState(CheckpointSnapshot only) : IStateSource
    {
        public bool TryGet(string experimentId, long step, [NotNullWhen(true)] out CheckpointSnapshot? snapshot)
        {
            snapshot = experimentId == Planes.Experiment && step == only.Step ? only : null;
            return snapshot is not null;
        }
    }

    /// <summary>Passes one connection on; flips one bit of what the server says, or cuts it short.</summary>
    private sealed class Proxy : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly Task _running;

        public Proxy(IPEndPoint server, int flipAt, int cutAt)
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _running = Run(server, flipAt, cutAt);
        }

        public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

        public void Dispose()
        {
            _listener.Dispose();
            _running.Wait();
        }

        private async Task Run(IPEndPoint server, int flipAt, int cutAt)
        {
            using var client = await _listener.AcceptAsync();
            using var up = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await up.ConnectAsync(server);
            var asking = Pass(client, up, int.MaxValue, int.MaxValue);
            await Pass(up, client, flipAt, cutAt);

            // Closing under a pending receive would reset the connection, and what was passed on would be lost.
            client.Shutdown(SocketShutdown.Send);
            await asking;
        }

        private static async Task Pass(Socket from, Socket to, int flipAt, int cutAt)
        {
            var buffer = new byte[1 << 16];
            try
            {
                for (var place = 0; ;)
                {
                    var read = await from.ReceiveAsync(buffer);
                    if (flipAt >= place && flipAt < place + read)
                    {
                        buffer[flipAt - place] ^= 0x10;
                    }

                    var passed = Math.Min(read, cutAt - place);
                    for (var sent = 0; sent < passed;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, passed - sent));
                    }

                    place += read;
                    if (read == 0 || passed < read)
                    {
                        return;
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The other side is gone: nothing to pass on.
            }
        }
    }
}
