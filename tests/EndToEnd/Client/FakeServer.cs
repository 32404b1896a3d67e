using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>A server on a free loopback port whose answers a test writes: the client's real connection, no training.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app, FakeExperiments experiments, FakeCheckpoints checkpoints, FakeCluster cluster)
    {
        _app = app;
        Experiments = experiments;
        Checkpoints = checkpoints;
        Cluster = cluster;
    }

    public FakeExperiments Experiments { get; }

    public FakeCheckpoints Checkpoints { get; }

    public FakeCluster Cluster { get; }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FakeServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var (experiments, checkpoints, cluster) = (new FakeExperiments(), new FakeCheckpoints(), new FakeCluster());
        builder.Services.AddSingleton(experiments).AddSingleton(checkpoints).AddSingleton(cluster);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<FakeExperiments>();
        app.MapGrpcService<FakeCheckpoints>();
        app.MapGrpcService<FakeCluster>();
        await app.StartAsync();
        return new FakeServer(app, experiments, checkpoints, cluster);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        // Streams that a test left open must not hold the end of the server.
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>The error that a server answers with when a spec has mistakes.</summary>
    public static RpcException Refusal(params Violation[] violations)
    {
        var trailers = new Metadata { { "sheaf-violations-bin", new Violations { Violations_ = { violations } }.ToByteArray() } };
        return new RpcException(new Status(StatusCode.InvalidArgument, $"{violations.Length} mistakes"), trailers);
    }

    public static RpcException Error(StatusCode code, string detail) => new(new Status(code, detail));
}
