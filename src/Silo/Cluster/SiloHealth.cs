namespace Sheaf.Silo.Cluster;

/// <summary>Reads Orleans' membership.</summary>
internal sealed class SiloHealth(IClusterMembershipService membership, ILocalSiloDetails local) : ISiloHealth
{
    public bool IsDead(string siloAddress)
    {
        var address = SiloAddress.FromParsableString(siloAddress);
        var members = membership.CurrentSnapshot.Members;
        return members.TryGetValue(address, out var member)
            ? member.Status == SiloStatus.Dead
            : members.Keys.Any(other => other.Endpoint.Equals(address.Endpoint) && other.Generation > address.Generation) || IsForgotten(address);
    }

    /// <summary>
    /// This silo read all members when it started: one that started before it, and is not among them, died so long ago that the cluster has removed it.
    /// </summary>
    private bool IsForgotten(SiloAddress address) =>
        membership.CurrentSnapshot.Members.ContainsKey(local.SiloAddress) && address.Generation < local.SiloAddress.Generation;

    public string StatusOf(string siloAddress) => membership.CurrentSnapshot.Members.TryGetValue(SiloAddress.FromParsableString(siloAddress), out var member)
        ? member.Status.ToString().ToLowerInvariant()
        : IsDead(siloAddress) ? "dead" : "unknown";
}
