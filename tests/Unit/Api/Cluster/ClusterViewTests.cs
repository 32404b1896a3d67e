using System.Collections.Immutable;
using System.Net;
using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;

namespace Sheaf.Tests.Unit.Api.Cluster;

public sealed class ClusterViewTests
{
    [Fact]
    public void LivingSilo_HasItsDevicesWorkersAndWhatItCoordinates()
    {
        var silo = Assert.Single(View([Member("a", 1, SiloStatus.Active)], [Info("a", 1, "e") with { Coordinates = ["e"] }], [Record("a", 1)]));

        Assert.Equal(("a", "active", 7, "http://a"), (silo.Name, silo.Status, silo.Pid, silo.Grpc));
        Assert.Equal("cpu:0", Assert.Single(silo.Devices).Name);
        Assert.Equal(("e", 0, "cpu:0"), (silo.Workers[0].ExperimentId, silo.Workers[0].Worker, silo.Workers[0].Device));
        Assert.Equal(["e"], silo.Coordinates);
    }

    [Fact]
    public void DeadSilo_IsShownUntilItWasStoppedInOrderOrANewOneHasItsName()
    {
        Assert.Equal("dead", Assert.Single(View([Member("a", 1, SiloStatus.Dead)], [], [Record("a", 1)])).Status);
        Assert.Empty(View([Member("a", 1, SiloStatus.Dead)], [], []));
        Assert.Equal("active", Assert.Single(View([Member("a", 1, SiloStatus.Dead), Member("a", 2, SiloStatus.Active)], [], [Record("a", 1)])).Status);
    }

    [Theory]
    [InlineData("e", "draining")]
    [InlineData(null, "drained")]
    public void SiloThatIsDrained_SaysWhetherItHasWorkersStill(string? user, string status) =>
        Assert.Equal(status, Assert.Single(View([Member("a", 1, SiloStatus.Active)], [Info("a", 1, user) with { Draining = true }], [])).Status);

    [Theory]
    [InlineData(SiloStatus.Joining, "joining")]
    [InlineData(SiloStatus.ShuttingDown, "stopping")]
    public void Status_IsInTheWordsOfTheDocumentation(SiloStatus status, string text) =>
        Assert.Equal(text, Assert.Single(View([Member("a", 1, status)], [], [])).Status);

    private static IReadOnlyList<V1.Silo> View(ClusterMember[] members, SiloInfo[] pool, SiloPlace[] places) => ClusterView.Of(
        new()
        {
            Members = LocalClusterLook.Members(new(members.ToImmutableDictionary(member => member.SiloAddress), new MembershipVersion(1))),
            Places = places
        }, pool);

    private static SiloAddress Address(int generation) => SiloAddress.New(IPAddress.Loopback, 5000, generation);

    private static ClusterMember Member(string name, int generation, SiloStatus status) => new(Address(generation), status, name);

    private static SiloPlace Record(string name, int generation) =>
        new() { Name = name, Address = Address(generation).ToParsableString(), Pid = 7, Grpc = $"http://{name}" };

    private static SiloInfo Info(string name, int generation, string? user) => new()
    {
        Name = name, Address = Address(generation).ToParsableString(), Pid = 7, Version = "", Fingerprint = "",
        Devices = [new() { Name = "cpu:0", Model = "", MemoryBytes = 0, ExperimentId = user }],
    };
}
