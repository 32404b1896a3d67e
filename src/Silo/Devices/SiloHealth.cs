namespace Sheaf.Silo.Devices;

/// <summary>Reads Orleans' membership.</summary>
internal sealed class SiloHealth(IClusterMembershipService membership) : ISiloHealth
{
    public bool IsDead(string siloAddress)
    {
        var address = SiloAddress.FromParsableString(siloAddress);
        var members = membership.CurrentSnapshot.Members;
        return members.TryGetValue(address, out var member)
            ? member.Status == SiloStatus.Dead
            : members.Keys.Any(other => other.Endpoint.Equals(address.Endpoint) && other.Generation > address.Generation);
    }

    public string StatusOf(string siloAddress) => membership.CurrentSnapshot.Members.TryGetValue(SiloAddress.FromParsableString(siloAddress), out var member)
        ? member.Status.ToString().ToLowerInvariant()
        : IsDead(siloAddress) ? "dead" : "unknown";
}
