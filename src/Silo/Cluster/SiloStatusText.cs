namespace Sheaf.Silo.Cluster;

/// <summary>A silo's place in the membership, in the words of `sheaf cluster`.</summary>
internal static class SiloStatusText
{
    public static string Of(SiloStatus status) => status switch
    {
        SiloStatus.Created or SiloStatus.Joining => "joining",
        SiloStatus.Active => "active",
        SiloStatus.ShuttingDown or SiloStatus.Stopping => "stopping",
        _ => "dead",
    };
}
