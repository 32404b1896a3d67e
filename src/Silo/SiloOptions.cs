namespace Sheaf.Silo;

/// <summary>What the command line of the server says.</summary>
public sealed record SiloOptions
{
    /// <summary>Where everything is kept. Default: sheaf in $XDG_DATA_HOME, or in ~/.local/share.</summary>
    public string Data { get; init; } = DefaultData;

    /// <summary>Where gRPC listens (HTTP/2 without TLS); port 0 takes a free one. Default 127.0.0.1:7433.</summary>
    public string Listen { get; init; } = "127.0.0.1:7433";

    /// <summary>Where /metrics, /livez and /readyz listen (HTTP/1.1). Default 127.0.0.1:7434.</summary>
    public string Http { get; init; } = "127.0.0.1:7434";

    /// <summary>Devices that the silo offers. Default: cpu:N, N the number of cores.</summary>
    public string Devices { get; init; } = $"cpu:{Environment.ProcessorCount}";

    /// <summary>The silo's name in the cluster. Default: the machine's name.</summary>
    public string Name { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>A file that says, as one JSON object, where the silo listens, once it does. Null: none.</summary>
    public string? Announce { get; init; }

    /// <summary>The silo stops when this process is gone. Null: never.</summary>
    public int? Parent { get; init; }

    private static string DefaultData => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"),
        "sheaf");
}
