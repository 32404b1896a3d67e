namespace Orleans.Configuration;

/// <summary>How silos watch each other. One silo alone watches nobody.</summary>
public class ClusterMembershipOptions
{
    /// <summary>Default 3.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>Default 5 s.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default 60 s.</summary>
    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Default 2.</summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;
}
