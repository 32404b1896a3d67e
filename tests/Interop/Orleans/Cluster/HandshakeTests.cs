using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Links;
using Orleans.Runtime.Probes;
using Sheaf.Tests.Interop.Orleans.AdoNet;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>Who connects to a silo's endpoint without belonging there.</summary>
[Collection(nameof(AdoNetCollection))]
public sealed class HandshakeTests(PrivatePostgres postgres) : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private ClusterSilo Silo => _cluster[0];

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(postgres, 1);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact(Timeout = TestCluster.Patience)]
    public async Task StrayHttpClient_IsRefusedAndLogged()
    {
        var (status, reason) = await PostAsync(_ => { });

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("clients do not connect here", reason, StringComparison.Ordinal);
        await Silo.Log.HasAsync(LogLevel.Warning, "to the silo's endpoint is refused");
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task OtherCluster_OtherVersion_OtherGeneration_AreRefusedByName()
    {
        var stranger = SiloAddress.New(IPAddress.Loopback, 1, 1);
        var right = new Handshake(_cluster.Id, "tests", stranger, Silo.Address);

        async Task<string> Refusal(HttpStatusCode status, Handshake handshake, Action<HttpRequestMessage>? change = null)
        {
            var (actual, reason) = await PostAsync(request =>
            {
                handshake.Write((name, value) => request.Headers.Add(name, value));
                change?.Invoke(request);
            });
            Assert.Equal(status, actual);
            await Silo.Log.HasAsync(LogLevel.Warning, reason);
            return reason;
        }

        Assert.Contains("'another'", await Refusal(HttpStatusCode.Forbidden, right with { ClusterId = "another" }), StringComparison.Ordinal);
        Assert.Contains(Silo.Address.ToString(), await Refusal(HttpStatusCode.Gone, right with { Target = stranger }), StringComparison.Ordinal);
        Assert.Contains("'0'", await Refusal(HttpStatusCode.UpgradeRequired, right, r =>
        {
            r.Headers.Remove("orleans-version");
            r.Headers.Add("orleans-version", "0");
        }), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task StrayTcpClients_DoNotDisturbProbes()
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < 300; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync(Silo.Address.Endpoint, TestContext.Current.CancellationToken);
            if (i % 3 == 1)
            {
                // Begins as a probe does, and is none.
                await socket.SendAsync(new byte[] { ProbeFrame.First, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 }, TestContext.Current.CancellationToken);
            }
            else if (i % 3 == 2)
            {
                await socket.SendAsync("nonsense\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            }
        }

        await using var other = await ClusterSilo.StartAsync(postgres.ConnectionString, _cluster.Id);
        Assert.True(await other.Services.GetRequiredService<Prober>().Ask(Silo.Address));
        Assert.False(await other.Services.GetRequiredService<Prober>().Ask(SiloAddress.New(Silo.Address.Endpoint, Silo.Address.Generation + 1)));
        sockets.ForEach(s => s.Dispose());
    }

    private async Task<(HttpStatusCode Status, string Reason)> PostAsync(Action<HttpRequestMessage> change)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{Silo.Address.Endpoint}{Handshake.Path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        change(request);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
