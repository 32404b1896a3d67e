using System.Net;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Sheaf.Api.Diagnosis;
using Sheaf.Api.Health;
using Sheaf.Api.Options;
using Sheaf.Api.Security;
using Sheaf.Api.Services;
using Sheaf.Surroundings;

namespace Sheaf.Api.Hosting;

/// <summary>
/// The web server of a silo or of a gateway, and the API on it. Whoever hosts it supplies what the services ask for: grains, an <see cref="ISiloWork"/>, an
/// <see cref="Cluster.IClusterLook"/>, a <see cref="Cluster.ServerIdentity"/>, <see cref="Cluster.ITroubles"/> and an <see cref="IReadiness"/>.
/// </summary>
internal static class ApiServer
{
    private const int RoomForFrames = 64 * 1024;

    /// <summary>
    /// All settings come from the command line: files of the folder in which it is given are the user's, and are neither read nor watched, and variables such
    /// as ASPNETCORE_URLS, Logging__LogLevel__Default or OTEL_SDK_DISABLED are set for other programs.
    /// </summary>
    /// <param name="name">Of the program.</param>
    /// <param name="listen">IP:PORT of gRPC.</param>
    /// <param name="http">IP:PORT of what speaks HTTP/1.1.</param>
    /// <param name="files">Those of certificates and tokens.</param>
    /// <exception cref="FormatException">A file of certificates or tokens cannot be used.</exception>
    public static WebApplicationBuilder CreateBuilder(
        string name, string listen, string http, SecurityOptions security, ApiOptions api, LogOptions log, out ServerFiles files)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        ((IConfigurationBuilder)builder.Configuration).Sources.Clear();
        var start = new StartUp();
        builder.Services.AddSingleton(start);
        log.Apply(builder, start.Hears);
        var services = builder.Services;
        services.AddSingleton(api);
        var read = files = services.AddSecurity(security);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // What gRPC refuses in a sentence comes first.
            kestrel.Limits.MaxRequestBodySize = security.MaxRequest + RoomForFrames;
            foreach (var (address, protocols) in ((IPEndPoint, HttpProtocols)[])[(Endpoints.Parse("--listen", listen), HttpProtocols.Http2),
                (Endpoints.Parse("--http", http), HttpProtocols.Http1)])
            {
                kestrel.Listen(address, at =>
                {
                    at.Protocols = protocols;
                    at.UseTls(read);
                });
            }
        });

        services.AddSingleton<WhyInquiry>();
        services.AddSingleton<KnownCheckpoints>();
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<AuditInterceptor>();
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.MaxReceiveMessageSize = security.MaxRequest;
        }).AddJsonTranscoding(json =>
        {
            // As the mapping of proto3 says: JSON's numbers have 53 bits, and a gradient's hash has 64.
            json.JsonSettings.WriteInt64sAsStrings = true;
            json.TypeRegistry = TypeRegistry.FromMessages(BadRequest.Descriptor);
        });
        services.AddGrpcReflection();
        services.AddHealth();
        return builder;
    }

    public static void MapApi(this WebApplication app)
    {
        app.UseStopsWithHost();
        app.UseSecurity();
        app.MapGrpcService<ExperimentsService>().RequireRoles();
        app.MapGrpcService<CheckpointsService>().RequireRoles();
        app.MapGrpcService<PackagesService>().RequireRoles();
        app.MapGrpcService<ClusterService>().RequireRoles();
        app.MapGrpcReflectionService();
        app.MapHealth();
    }
}
