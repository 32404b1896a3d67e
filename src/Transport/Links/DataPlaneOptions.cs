using System.Net;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Transport.Links;

/// <summary>How one silo's data plane listens, and how patient it is.</summary>
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

    /// <summary>Between two pings of a link (default 500 ms). Also the grain of the other times below.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A link without an answer for this long is not reachable (default 2 s).</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A handshake, and a dial, ends within this time or not at all (default 2 s).</summary>
    public TimeSpan HandshakeWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a peer's connection for a generation that was not joined here yet is kept (default 30 s); then the peer dials again.</summary>
    public TimeSpan ParkedFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A state transfer in which nothing moves for so long is given up (default 15 s, by the system's clock).</summary>
    public TimeSpan StateWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Unfinished handshakes at a time (default 64): one more makes the oldest go, so that strangers cannot keep silos out.</summary>
    public int MostHandshakes { get; init; } = 64;

    /// <summary>
    /// The congestion control of exchange connections, where the kernel has it and allows it (default <c>cubic</c>, then <c>reno</c>; null leaves the
    /// system's). The delays between silos of one cluster are so short that a pacing one (bbr) halves the throughput.
    /// </summary>
    public string? CongestionControl { get; init; } = "cubic";

    /// <summary>
    /// Send and receive buffer of each exchange connection (default 1 MiB; null lets the system grow them). What is on its way must not push everything else
    /// out of the caches: with grown buffers the kernel spent a third more on 64 MiB among four processes. Raise it where bandwidth times round trip is more.
    /// </summary>
    public int? BufferBytes { get; init; } = 1 << 20;

    /// <summary>
    /// How often a device thread looks for the other silos' bytes before it sleeps (default 30, about 20 microseconds); 0 never spins. Nobody spins where the
    /// plan has more silos on this machine than it has processors.
    /// </summary>
    public int Spins { get; init; } = 30;

    /// <summary>What silos show each other; null: connections are neither encrypted nor known (default).</summary>
    public LinkTls? Tls { get; init; }

    /// <summary>Gets one sentence for each refusal and lost link, for the log. From any thread.</summary>
    public Action<string>? Log { get; init; }
}
