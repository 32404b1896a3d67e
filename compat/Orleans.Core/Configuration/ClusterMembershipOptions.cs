namespace Orleans.Configuration;

/// <summary>
/// How silos watch each other. One silo alone watches nobody. EnableConnectionLivenessCheck and EnableIndirectProbes change nothing in the compat
/// assemblies, where every probe is direct.
/// </summary>
public class ClusterMembershipOptions
{
    private TimeSpan? _maxProbeTimeout;

    /// <summary>Whether silos that do not answer are declared dead. Default true.</summary>
    public bool LivenessEnabled { get; set; } = true;

    /// <summary>Whether what arrives from a silo counts as a sign that it lives. Default true.</summary>
    public bool EnableConnectionLivenessCheck { get; set; } = true;

    /// <summary>Default true.</summary>
    public bool EnableIndirectProbes { get; set; } = true;

    /// <summary>Default 3.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>Default 3.</summary>
    public int NumMissedTableIAmAliveLimit { get; set; } = 3;

    /// <summary>How many silos each silo probes. Default 10.</summary>
    public int NumProbedSilos { get; set; } = 10;

    /// <summary>Default 2.</summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;

    /// <summary>The time between probes, and the time to answer one. Default 5 s.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The time to answer while the probing silo itself runs late. Default four times <see cref="ProbeTimeout"/>.</summary>
    public TimeSpan MaxProbeTimeout
    {
        get => _maxProbeTimeout ?? new TimeSpan(Math.Min(ProbeTimeout.Ticks, long.MaxValue / 4) * 4);
        set => _maxProbeTimeout = value;
    }

    /// <summary>Default 60 s.</summary>
    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Default 2 minutes.</summary>
    public TimeSpan DeathVoteExpirationTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Default 30 s.</summary>
    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Default 5 minutes.</summary>
    public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a silo that joins declares dead what it could not reach for <see cref="MaxJoinAttemptTime"/>, instead of giving up. Default true.</summary>
    public bool EvictWhenMaxJoinAttemptTimeExceeded { get; set; } = true;

    /// <summary>Default 7 days.</summary>
    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Default 1 hour; null: never.</summary>
    public TimeSpan? DefunctSiloCleanupPeriod { get; set; } = TimeSpan.FromHours(1);
}
