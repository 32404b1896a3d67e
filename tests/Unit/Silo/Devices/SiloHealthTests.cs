using System.Collections.Immutable;
using System.Net;
using Sheaf.Silo.Cluster;

namespace Sheaf.Tests.Unit.Silo.Devices;

public sealed class SiloHealthTests
{
    private static readonly SiloAddress s_self = Silo(1, 100);

    [Fact]
    public void IsDead_EnsureItFollowsTheMembership()
    {
        var health = Health((Silo(2, 90), SiloStatus.Active), (Silo(3, 90), SiloStatus.Dead), (Silo(4, 90), SiloStatus.Joining));

        Assert.False(health.IsDead(Text(2, 90)));
        Assert.True(health.IsDead(Text(3, 90)));
        Assert.False(health.IsDead(Text(4, 90)));
    }

    [Fact]
    public void IsDead_WhenAnotherProcessHasItsEndpoint_EnsureItIsAndTheNewOneIsNot()
    {
        var health = Health((Silo(2, 200), SiloStatus.Active));

        Assert.True(health.IsDead(Text(2, 150)));
        Assert.False(health.IsDead(Text(2, 200)));
    }

    [Fact]
    public void IsDead_WhenTheClusterHasForgottenIt_EnsureItIs()
    {
        // It began before this silo, which read all members when it started, and is not among them.
        Assert.True(Health().IsDead(Text(2, 99)));
        Assert.Equal("dead", Health().StatusOf(Text(2, 99)));
    }

    [Fact]
    public void IsDead_WhenItBeganAfterThisSilo_EnsureItMayOnlyBeUnknownYet()
    {
        Assert.False(Health().IsDead(Text(2, 101)));
        Assert.Equal("unknown", Health().StatusOf(Text(2, 101)));
    }

    [Fact]
    public void IsDead_BeforeThisSiloHasReadTheMembers_EnsureNobodyIsForgotten()
    {
        Assert.False(new SiloHealth(new Membership([]), new Local()).IsDead(Text(2, 99)));
    }

    private static SiloHealth Health(params (SiloAddress Silo, SiloStatus Status)[] others) =>
        new(new Membership([(s_self, SiloStatus.Active), .. others]), new Local());

    private static SiloAddress Silo(int port, int generation) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), generation);

    private static string Text(int port, int generation) => Silo(port, generation).ToParsableString();

    private sealed class Local : ILocalSiloDetails
    {
        public string Name => "self";

        public string ClusterId => "c";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress => s_self;

        public SiloAddress GatewayAddress => s_self;
    }

    private sealed class Membership((SiloAddress Silo, SiloStatus Status)[] members) : IClusterMembershipService
    {
        public ClusterMembershipSnapshot CurrentSnapshot { get; } = new(
            members.ToImmutableDictionary(member => member.Silo, member => new ClusterMember(member.Silo, member.Status, member.Silo.ToString())),
            new MembershipVersion(1));

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => AsyncEnumerable.Empty<ClusterMembershipSnapshot>();

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

        public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(false);
    }
}
