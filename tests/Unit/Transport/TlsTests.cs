using System.Net.Security;
using System.Net.Sockets;
using Sheaf.Records;
using Sheaf.Surroundings.Security;
using Sheaf.Tests.Security;
using Sheaf.Training.Collectives;
using Sheaf.Transport.Links;
using Sheaf.Transport.Wire;

namespace Sheaf.Tests.Unit.Transport;

/// <summary>The data plane with TLS: the same bits, and nobody without a certificate of the cluster's CA.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Links_AndTheirLoss_AreAsWithoutTls()
    {
        await using var planes = await Planes.Start(2, With(_authority));
        planes.All[0].Connect(planes.All[1].Silo, planes.All[1].EndPoint);
        var lost = new TaskCompletionSource<LinkLoss>(TaskCreationOptions.RunContinuationsAsynchronously);
        planes.All[0].Lost += (_, how) => lost.TrySetResult(how);
        await Until.True(() => planes.All[0].Reachable.Count == 1);

        await planes.All[1].DisposeAsync();

        Assert.Equal(LinkLoss.Closed, await lost.Task);
    }

    [Fact]
    public async Task Certificates_ThatAreRenewed_BreakNoLink_AndNewConnectionsHaveThem()
    {
        var (certificate, key) = _authority.Issue("silo");
        await using var planes = await Planes.Start(2, With(_authority, (certificate, key)));
        planes.All[0].Connect(planes.All[1].Silo, planes.All[1].EndPoint);
        await Until.True(() => planes.All[0].Reachable.Count == 1);

        var (renewed, renewedKey) = _authority.Issue("renewed");
        File.Move(renewedKey, key, overwrite: true);
        File.Move(renewed, certificate, overwrite: true);
        planes.All[1].Connect(planes.All[0].Silo, planes.All[0].EndPoint);
        await Until.True(() => planes.All[1].Reachable.Count == 1);

        Assert.Equal([planes.All[1].Silo], planes.All[0].Reachable);
        Assert.DoesNotContain(planes.Log, line => line.Contains("lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SiloOfAnotherAuthority_AndOneWithoutTls_AreNotLetIn_AndCounted()
    {
        using var other = new TestAuthority("Other CA");
        await using var planes = await Planes.Start(1, With(_authority));
        var here = planes.All[0];
        var stranger = await planes.Add("stranger", With(other));
        var plain = await planes.Add("plain");

        stranger.Connect(here.Silo, here.EndPoint);
        await Until.True(() => here.Counters.Refused(RefusalReason.Certificate) > 0);
        var before = here.Counters.Refused(RefusalReason.Certificate);
        plain.Connect(here.Silo, here.EndPoint);
        await Until.True(() => here.Counters.Refused(RefusalReason.Certificate) > before + 3);

        Assert.Empty(stranger.Reachable);
        Assert.Empty(plain.Reachable);
        Assert.Contains(planes.Log, line => line.Contains("was refused (Certificate)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CallerWithoutACertificate_IsNotLetIn()
    {
        await using var planes = await Planes.Start(1, With(_authority));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(planes.All[0].EndPoint, TestContext.Current.CancellationToken);
        await using var stream = new SslStream(new NetworkStream(socket), false, (_, _, _, _) => true);
        var failure = await Record.ExceptionAsync(async () =>
        {
            await stream.AuthenticateAsClientAsync("sheaf");
            Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        });

        await Until.True(() => planes.All[0].Counters.Refused(RefusalReason.Certificate) == 1);
        Assert.True(failure is null or IOException or System.Security.Authentication.AuthenticationException, $"{failure}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(700_001)]
    public async Task Exchange_HasTheBitsOfTheReference(int length)
    {
        await using var planes = await Planes.Start(3, With(_authority));
        var exchanges = planes.Join([[new ShardRange(0, 2)], [new(2, 1)], [new(3, 1)]], length);
        for (var step = 0; step < 3; step++)
        {
            var vectors = Rounds.Vectors(4, length, step, wild: true);
            Rounds.AssertBits(ReferenceReduction.Sum(vectors), await Rounds.Run(exchanges, vectors, step, step));
        }

        Assert.Equal(0, planes.All.Sum(plane => plane.Counters.RefusedInAll));
    }

    [Fact]
    public async Task State_IsFetched_ByteForByte()
    {
        var snapshot = StateTransferTests.Snapshot(700_000);
        var with = With(_authority);
        await using var planes = await Planes.Start(2, options => with(options) with { States = new StateTransferTests.OneState(snapshot) });

        var fetched = await planes.All[0].FetchState(planes.All[1].Silo, planes.All[1].EndPoint, Planes.Experiment, 41, TestContext.Current.CancellationToken);

        foreach (var (expected, actual) in snapshot.Weights.Concat(snapshot.Optimizer).Zip(fetched.Weights.Concat(fetched.Optimizer)))
        {
            Assert.True(expected.Data.Span.SequenceEqual(actual.Data.Span));
        }
    }

    [Fact]
    public async Task State_OfASiloThatIsGone_IsAFailureThatNamesIt()
    {
        var with = With(_authority);
        await using var planes = await Planes.Start(1, with);
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        silent.Listen();
        var fetching = planes.All[0].FetchState("gone", (System.Net.IPEndPoint)silent.LocalEndPoint!, Planes.Experiment, 41,
            TestContext.Current.CancellationToken);
        (await silent.AcceptAsync(TestContext.Current.CancellationToken)).Dispose();

        var failure = await Assert.ThrowsAsync<Sheaf.Transport.StateTransfer.StateTransferException>(() => fetching);

        Assert.Equal("gone", failure.Silo);
    }

    private static Func<DataPlaneOptions, DataPlaneOptions> With(TestAuthority authority, (string Certificate, string Key)? issued = null)
    {
        var (certificate, key) = issued ?? authority.Issue("silo");
        var handshake = new ClusterHandshake(
            new(("--cluster-certificate", certificate), ("--cluster-key", key), TimeProvider.System, TimeSpan.Zero),
            new(("--cluster-ca", authority.CaFile), TimeProvider.System, TimeSpan.Zero));
        return options => options with { Tls = new(handshake.Server, handshake.Client) };
    }
}
