using System.Net;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sheaf.Tests.Interop.Grpc;

/// <summary>A Kestrel on a free loopback port, HTTP/2 in clear text, with the official Grpc.AspNetCore.Server on top of compat.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    /// <summary>In bytes; what the server accepts in one message.</summary>
    public const int ReceiveLimit = 64 * 1024;

    private readonly WebApplication _app;
    private readonly ProblemLog _log;

    private EchoServer(WebApplication app, ProblemLog log) => (_app, _log) = (app, log);

    public string Address => _app.Urls.Single();

    public EchoProbe Probe => _app.Services.GetRequiredService<EchoProbe>();

    /// <summary>The .proto with what it imports, as a peer's protobuf runtime reads it.</summary>
    public static byte[] DescriptorSet
    {
        get
        {
            var set = new FileDescriptorSet();
            set.File.Add(FileDescriptorProto.Parser.ParseFrom(EchoReflection.Descriptor.SerializedData));
            return set.ToByteArray();
        }
    }

    public static async Task<EchoServer> StartAsync(CancellationToken cancellationToken)
    {
        var log = new ProblemLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = ReceiveLimit;
            grpc.ResponseCompressionAlgorithm = "gzip";
        });
        builder.Services.AddSingleton<EchoProbe>();
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        await app.StartAsync(cancellationToken);
        return new EchoServer(app, log);
    }

    public GrpcChannel Open(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(Address, options);
    }

    /// <summary>Stops the server, so that everything it has to say is said, and returns its warnings and errors.</summary>
    public async Task<IReadOnlyList<string>> StopAsync(CancellationToken cancellationToken)
    {
        await _app.StopAsync(cancellationToken);
        return _log.Problems;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
