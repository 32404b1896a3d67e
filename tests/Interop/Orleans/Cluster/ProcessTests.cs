using Sheaf.Tests.Interop.Orleans.AdoNet;
using Sheaf.Tests.SiloProcess;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>COMPAT's failure behaviour with real processes; the silo in this process looks on.</summary>
[Collection(nameof(AdoNetCollection))]
public sealed class ProcessTests(PrivatePostgres postgres) : IAsyncLifetime
{
    private readonly string _cluster = Guid.NewGuid().ToString("N");
    private ClusterSilo _observer = null!;
    private ChildSilo _child = null!;

    public async ValueTask InitializeAsync()
    {
        _observer = await ClusterSilo.StartAsync(postgres.ConnectionString, _cluster, silo =>
        {
            silo.AddPlacementDirector<NamedSiloPlacement, NamedSiloDirector>();
            silo.AddAdoNetGrainStorageAsDefault(o => (o.Invariant, o.ConnectionString) = ("Npgsql", postgres.ConnectionString));
        });
        _child = await ChildSilo.StartAsync(postgres, _cluster, "child");
        await _observer.SeesAsync(_child.Address, SiloStatus.Active);
    }

    public async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync();
        await _observer.DisposeAsync();
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task KilledProcess_IsEvicted_AndItsGrainsComeBackElsewhereWithTheirState()
    {
        var grain = OnChild("killed");
        Assert.Equal(_child.ProcessId, await grain.ProcessId());
        Assert.Equal(1, await grain.Increment());
        var flight = grain.WaitAsync(CancellationToken.None);

        _child.Kill();

        await Assert.ThrowsAsync<SiloUnavailableException>(() => flight);
        Assert.Equal(SiloStatus.Dead, _observer.Membership.CurrentSnapshot.GetSiloStatus(_child.Address));
        Assert.Equal(Environment.ProcessId, await grain.ProcessId());
        Assert.Equal(2, await grain.Increment());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task FrozenProcess_IsEvicted_AndExitsByItselfWhenItIsThawed()
    {
        var grain = OnChild("frozen");
        await grain.ProcessId();

        _child.Freeze();
        await _observer.SeesAsync(_child.Address, SiloStatus.Dead);
        Assert.Equal(Environment.ProcessId, await grain.ProcessId());
        _child.Thaw();

        var (code, errors) = await _child.ExitedAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("has been declared dead", errors, StringComparison.Ordinal);
        Assert.Equal(SiloStatus.Active, _observer.Membership.CurrentSnapshot.GetSiloStatus(_observer.Address));
        Assert.Equal(Environment.ProcessId, await grain.ProcessId());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task TerminatedProcess_HandsItsGrainsOver_AndWritesTheirState()
    {
        var grain = OnChild("terminated");
        Assert.Equal(1, await grain.Increment());

        _child.Terminate();
        await _observer.SeesAsync(_child.Address, SiloStatus.Dead);

        Assert.Equal(Environment.ProcessId, await grain.ProcessId());

        // One from the call, a hundred from OnDeactivateAsync with the reason ShuttingDown.
        Assert.Equal(101, await grain.Read());
        Assert.Equal(0, (await _child.ExitedAsync()).Code);
        Assert.DoesNotContain(_observer.Membership.CurrentSnapshot.Members.Values, m => m.SiloAddress.Equals(_observer.Address) && m.Status != SiloStatus.Active);
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task ProcessWhoseThreadPoolAndProcessorsAreBusy_IsNotDeclaredDead()
    {
        var grain = OnChild("busy");
        await grain.ProcessId();
        var version = _observer.Membership.CurrentSnapshot.Version;

        // Four times as long as it takes to miss two probes.
        await grain.Burn(TimeSpan.FromSeconds(4));

        await _observer.Membership.Refresh(default, TestContext.Current.CancellationToken);
        Assert.Equal(version, _observer.Membership.CurrentSnapshot.Version);
        Assert.Equal(_child.ProcessId, await grain.ProcessId());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task ProcessKilledAndStartedAgainOnItsEndpoint_TakesThePlaceOfItsPredecessor()
    {
        _child.Kill();
        await _child.ExitedAsync();

        await using var again = await ChildSilo.StartAsync(postgres, _cluster, "child", _child.Address.Endpoint.Port);

        await _observer.SeesAsync(again.Address, SiloStatus.Active);
        await _observer.SeesAsync(_child.Address, SiloStatus.Dead);
        Assert.True(again.Address.Generation > _child.Address.Generation);
        Assert.Equal(again.ProcessId, await OnChild("again").ProcessId());
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task WholeClusterKilledAndStartedAgainOnItsEndpoints_FormsAnew()
    {
        var cluster = Guid.NewGuid().ToString("N");
        await using var first = await ChildSilo.StartAsync(postgres, cluster, "first");
        await using var second = await ChildSilo.StartAsync(postgres, cluster, "second");
        first.Kill();
        second.Kill();
        await Task.WhenAll(first.ExitedAsync(), second.ExitedAsync());

        // Each waits for the other one's endpoint, where the table still has the dead one as active.
        var again = await Task.WhenAll(
            ChildSilo.StartAsync(postgres, cluster, "first", first.Address.Endpoint.Port), ChildSilo.StartAsync(postgres, cluster, "second", second.Address.Endpoint.Port));

        Assert.Equal([first.Address.Endpoint, second.Address.Endpoint], again.Select(s => s.Address.Endpoint));
        await again[0].DisposeAsync();
        await again[1].DisposeAsync();
    }

    [Fact(Timeout = TestCluster.Patience)]
    public async Task BigMessages_DoNotDelayProbes()
    {
        var grain = OnChild("big");
        var bytes = new byte[32 * 1024 * 1024];
        var version = _observer.Membership.CurrentSnapshot.Version;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => grain.EchoImmutable(bytes)));

        await _observer.Membership.Refresh(default, TestContext.Current.CancellationToken);
        Assert.Equal(version, _observer.Membership.CurrentSnapshot.Version);
    }

    private IProcessGrain OnChild(string name) => _observer.Grains.GetGrain<IProcessGrain>($"child/{name}");
}
