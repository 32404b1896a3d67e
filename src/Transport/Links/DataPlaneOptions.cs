using System.Net;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Transport.Links;

/// <summary>Who a silo's data plane is, and where it listens.</summary>
public sealed record DataPlaneOptions
{
    /// <summary>
    /// Connections of another cluster are refused. An identity, not a secret: without <see cref="Tls"/> the network between silos must be trusted.
    /// </summary>
    public required string ClusterId { get; init; }

    /// <summary>This silo's address with its incarnation, as the membership prints it.</summary>
    public required string Silo { get; init; }

    /// <summary>Port 0 lets the system choose (default: any address, port 0).</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, 0);

    /// <summary>Who answers other silos that fetch a state; null refuses them all.</summary>
    public IStateSource? States { get; init; }

    public LinkOptions Links { get; init; } = new();

    /// <summary>What silos show each other; null: connections are neither encrypted nor known (default).</summary>
    public LinkTls? Tls { get; init; }

    /// <summary>Gets one sentence for each refusal and lost link, for the log. From any thread.</summary>
    public Action<string>? Log { get; init; }
}
