using System.Net;
using Sheaf.Api.Hosting;
using Sheaf.Api.Security;

namespace Sheaf.Gateway;

/// <summary>What the command line of a gateway says.</summary>
internal sealed record GatewayOptions
{
    public const string DefaultHttp = "127.0.0.1:7434";

    /// <summary>Connection string of the cluster's PostgreSQL database, where the silos are found.</summary>
    public required string Cluster { get; init; }

    /// <summary>Of the cluster that owns the database. Default: sheaf.</summary>
    public string ClusterId { get; init; } = "sheaf";

    /// <summary>Where gRPC listens (HTTP/2); port 0 takes a free one. Default 127.0.0.1:7433.</summary>
    public string Listen { get; init; } = "127.0.0.1:7433";

    /// <summary>Where /metrics, /livez, /readyz and /startupz listen (HTTP/1.1). Default <see cref="DefaultHttp"/>.</summary>
    public string Http { get; init; } = DefaultHttp;

    /// <summary>How answers and metrics call it. Default: gateway- and the machine's name.</summary>
    public string Name { get; init; } = $"gateway-{Environment.MachineName.ToLowerInvariant()}";

    /// <summary>A file that says, as one JSON object, where the gateway listens, once it has found a silo. Null: none.</summary>
    public string? Announce { get; init; }

    /// <summary>From the signal that ends the gateway to its end, at most. Default 30 s; 1 s to 1 h.</summary>
    public TimeSpan ShutdownTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What it logs, and how.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>Who may call it, how, and how much.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>Where it will listen, each with the option that says so.</summary>
    public IReadOnlyList<(string Option, IPEndPoint EndPoint)> Endpoints =>
        [("--listen", Surroundings.Endpoints.Parse("--listen", Listen)), ("--http", Surroundings.Endpoints.Parse("--http", Http))];
}
