using Sheaf.Surroundings.Options;

namespace Sheaf.Transport.Links;

/// <summary>How patient a silo's data plane is, and how it treats its connections.</summary>
public sealed record LinkOptions
{
    [Option("Between two pings of a link between silos; also the grain of the other times of links", Least = "10ms", Most = "10s")]
    [Below("links-silent-after", "a link must have had the time to answer")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(500);

    [Option("A link without an answer for this long is not reachable", Least = "50ms", Most = "10m")]
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(2);

    [Option("A handshake, and a dial, ends within this time or not at all", Least = "50ms", Most = "10m")]
    public TimeSpan HandshakeWithin { get; init; } = TimeSpan.FromSeconds(2);

    [Option("How long a peer's connection for a generation that was not joined here yet is kept; then the peer dials again", Least = "100ms", Most = "1h")]
    public TimeSpan ParkedFor { get; init; } = TimeSpan.FromSeconds(30);

    [Option("A state transfer in which nothing moves for this time is given up", Least = "100ms", Most = "1h")]
    public TimeSpan StateWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>One more makes the oldest go, so that strangers cannot keep silos out.</summary>
    [Option("Unfinished handshakes at a time; one more makes the oldest go", Least = "1", Most = "100000")]
    public int MostHandshakes { get; init; } = 64;

    [Option("Connections for generations that were not joined here yet, at a time; one more makes the oldest go, which dials again",
        Least = "1", Most = "100000")]
    public int MostParked { get; init; } = 256;

    [Option("States that are sent to other silos at a time", Least = "1", Most = "1000")]
    public int MostStates { get; init; } = 8;

    [Option("Connections that wait to be accepted", Least = "1", Most = "65535")]
    public int Backlog { get; init; } = 512;

    /// <summary>
    /// Where the kernel has it and allows it; null leaves the system's. The delays between silos of one cluster are so short that a pacing one (bbr) halves
    /// the throughput.
    /// </summary>
    [Option("The congestion control of connections for gradients, where the kernel has it and allows it (else reno)", Value = "NAME")]
    public string? CongestionControl { get; init; } = "cubic";

    /// <summary>
    /// Null lets the system grow them. What is on its way must not push everything else out of the caches: with grown buffers the kernel spent a third more
    /// on 64 MiB among four processes.
    /// </summary>
    [Option("Send and receive buffer of each such connection; raise it where bandwidth times round trip is more", Least = "4096", Most = "1073741824")]
    public int? BufferBytes { get; init; } = 1 << 20;

    /// <summary>30 are about 20 microseconds. Threads never spin where the plan has more silos on this machine than it has processors.</summary>
    [Option("How often a device thread looks for the other silos' bytes before it sleeps", Least = "0", Most = "1000000")]
    public int Spins { get; init; } = 30;
}
