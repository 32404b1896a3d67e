using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Devices;

namespace Sheaf.Tests.Unit.Silo.Devices;

public class DevicePoolTests
{
    private readonly DevicePool _pool = New();

    public DevicePoolTests() => _pool.Announce(Silo("a", 2));

    [Fact]
    public void Request_EnsureAllDevicesAtOnceOrNone()
    {
        Assert.Single(Ask("one", 1).Granted);
        var two = Ask("two", 2);
        Assert.Empty(two.Granted);
        Assert.Equal("waits for 2 devices: 1 of 2 free, 'one' has 1", two.Reason);
        _pool.Release("one");
        Assert.Equal("two", _pool.NextToServe());
        Assert.Equal(["cpu:0", "cpu:1"], Ask("two", 2).Granted.Select(device => device.Device));
    }

    [Fact]
    public void Request_EnsureFirstComeFirstServed()
    {
        Ask("one", 2);
        Ask("two", 2);
        Assert.Contains("1 before it in the queue", Ask("three", 1).Reason, StringComparison.Ordinal);
        _pool.Release("one");
        Assert.Empty(Ask("three", 1).Granted);
        Assert.Equal(2, Ask("two", 2).Granted.Count);
    }

    [Fact]
    public void Request_EnsureAskingAgainGivesTheSameDevices()
    {
        var first = Ask("one", 1);
        Assert.Equal(first.Granted, Ask("one", 1).Granted);
        Assert.Single(Ask("two", 1).Granted);
    }

    [Fact]
    public void Request_EnsureAsManyAsAreFreeBetweenLeastAndMost()
    {
        _pool.Announce(Silo("b", 1));
        Assert.Equal(3, Ask("wide", 1, 8).Granted.Count);
    }

    [Fact]
    public void Request_EnsureOneFingerprintForAllDevices()
    {
        _pool.Announce(Silo("b", 2, "other"));
        Assert.Empty(Ask("three", 3).Granted);
        _pool.Release("three");
        Assert.Equal(["b", "b"], Ask("two", 2, 2, "other", "x").Granted.Select(device => device.Silo));
        Assert.Contains("of the fingerprint that it began with (third)", Ask("four", 1, 1, "third", "y").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Announce_EnsureANewPoolLearnsWhoIsOnTheDevices()
    {
        var pool = New();
        var silo = Silo("a", 2);
        pool.Announce(silo with { Devices = [silo.Devices[0] with { ExperimentId = "running" }, silo.Devices[1]] });
        Assert.Equal(["running", null], pool.Silos[0].Devices.Select(device => device.ExperimentId));
        pool.Hold("running", [new() { Silo = "a", SiloAddress = "a:1", Device = "cpu:0" }]);
        Assert.Empty(pool.Request(new() { ExperimentId = "x", Min = 2, Max = 2 }).Granted);
        pool.Release("running");
        Assert.Equal(2, pool.Request(new() { ExperimentId = "x", Min = 2, Max = 2 }).Granted.Count);
    }

    [Fact]
    public void Request_EnsureDevicesLieOnAsManySilosAsThereAre()
    {
        _pool.Announce(Silo("b", 2));
        Assert.Equal(["a", "b"], Ask("one", 2).Granted.Select(device => device.Silo).Order());
    }

    [Fact]
    public void Request_EnsureARunThatHasDevicesGetsMoreOnlyWhereNobodyWaits()
    {
        var held = Ask("one", 1).Granted;
        Ask("two", 2);
        Assert.Equal(held, Grow("one", held, 2).Granted);
        _pool.Release("two");
        Assert.Equal(2, Grow("one", held, 2).Granted.Count);
    }

    [Fact]
    public void Request_EnsureANewPoolBelievesWhatARunHolds()
    {
        var held = Ask("one", 2).Granted;
        var pool = New();
        pool.Announce(Silo("a", 2));
        Assert.Equal(held, pool.Request(new() { ExperimentId = "one", Min = 1, Max = 2, Held = held }).Granted);
        Assert.Empty(pool.Request(new() { ExperimentId = "two", Min = 1, Max = 1 }).Granted);
    }

    [Fact]
    public void Request_EnsureANewPoolGivesNobodyTheDeviceOfARunThatIsRecovering()
    {
        var held = Ask("recovering", 2).Granted;
        var pool = New("recovering", "queued");
        pool.Announce(Silo("a", 2));
        pool.Announce(Silo("b", 1));
        var waits = pool.Request(new() { ExperimentId = "queued", Min = 1, Max = 3 });
        Assert.Empty(waits.Granted);
        Assert.Contains("has heard who has which device", waits.Reason, StringComparison.Ordinal);
        Assert.Null(pool.NextToServe());
        pool.Hold("recovering", held);
        Assert.Equal("queued", pool.NextToServe());
        Assert.Equal("b", Assert.Single(pool.Request(new() { ExperimentId = "queued", Min = 1, Max = 3 }).Granted).Silo);
    }

    [Fact]
    public void Request_EnsureANewPoolAnswersWhoHasDevicesAtOnceAndGivesNoMoreUntilAllHaveSpoken()
    {
        var held = Ask("recovering", 1).Granted;
        var pool = New("recovering", "other");
        pool.Announce(Silo("a", 2));
        var grow = new DeviceRequest { ExperimentId = "recovering", Min = 1, Max = 2, Held = held };
        Assert.Equal(held, pool.Request(grow).Granted);
        pool.Hold("other", []);
        Assert.Equal(2, pool.Request(grow).Granted.Count);
    }

    [Fact]
    public void Announce_EnsureARunThatEndedWhileThePoolMovedKeepsNoDevice()
    {
        var recovery = new GrantRecovery(TimeSpan.FromSeconds(10), TimeProvider.System);
        var pool = new DevicePool(recovery);
        var silo = Silo("a", 1);
        recovery.List([]);
        pool.Announce(silo with { Devices = [silo.Devices[0] with { ExperimentId = "ended" }] });
        Assert.Equal(["ended"], recovery.Missing);
        pool.Hold("ended", []);
        Assert.Single(pool.Request(new() { ExperimentId = "next", Min = 1, Max = 1 }).Granted);
    }

    [Fact]
    public void Announce_EnsureASilosWordIsNotTakenAgainstTheCoordinators()
    {
        var held = Ask("one", 1).Granted;
        var pool = New("one");
        pool.Hold("one", held);
        var silo = Silo("a", 2);
        pool.Announce(silo with { Devices = [silo.Devices[0], silo.Devices[1] with { ExperimentId = "one" }] });
        Assert.Equal(["one", null], pool.Silos[0].Devices.Select(device => device.ExperimentId));
    }

    [Fact]
    public void Hold_EnsureACoordinatorsWordGoesBeforeASilosOfAnotherRun()
    {
        var held = Ask("new", 1).Granted;
        var pool = New("new", "old", "queued");
        var silo = Silo("a", 2);
        pool.Announce(silo with { Devices = [silo.Devices[0] with { ExperimentId = "old" }, silo.Devices[1] with { ExperimentId = "old" }] });
        pool.Hold("new", held);
        Assert.Equal(["new", "old"], pool.Silos[0].Devices.Select(device => device.ExperimentId));
        pool.Hold("old", []);
        Assert.Equal(["new", null], pool.Silos[0].Devices.Select(device => device.ExperimentId));
    }

    [Fact]
    public void Request_EnsureARunThatHasNoDevicesGetsAllItNeedsThoughAWorkerIsLeft()
    {
        var pool = New("narrow");
        var silo = Silo("a", 2);
        pool.Announce(silo with { Devices = [silo.Devices[0] with { ExperimentId = "narrow" }, silo.Devices[1]] });
        Assert.Equal(2, pool.Request(new() { ExperimentId = "narrow", Min = 2, Max = 2 }).Granted.Count);
    }

    [Fact]
    public void Forget_EnsureWhoHasDevicesIsAskedAgain()
    {
        var recovery = new GrantRecovery(TimeSpan.FromSeconds(10), TimeProvider.System);
        var pool = new DevicePool(recovery);
        recovery.List([]);
        pool.Announce(Silo("a", 1));
        pool.Announce(Silo("b", 1));
        pool.Request(new() { ExperimentId = "ended", Min = 2, Max = 2 });
        pool.Forget("a:1");
        Assert.Equal(["ended"], recovery.Missing);
        pool.Hold("ended", []);
        Assert.Single(pool.Request(new() { ExperimentId = "next", Min = 1, Max = 1 }).Granted);
    }

    [Fact]
    public void Addresses_EnsureDevicesOfSilosThatNeverSpokeAreKnown()
    {
        _pool.Hold("one", [new() { Silo = "z", SiloAddress = "z:1", Device = "cpu:0" }]);
        Assert.Equal(["a:1", "z:1"], _pool.Addresses.Order());
        _pool.Forget("z:1");
        Assert.Equal(["a:1"], _pool.Addresses);
    }

    [Fact]
    public void Request_EnsureRefusedSilosGiveNothing()
    {
        var held = Ask("one", 1).Granted;
        Assert.Equal(held, _pool.Request(new() { ExperimentId = "one", Min = 1, Max = 2, Held = held, Refused = ["a:1"] }).Granted);
    }

    [Fact]
    public void Hold_EnsureTheRestIsFree()
    {
        var all = Ask("one", 2).Granted;
        _pool.Hold("one", [all[1]]);
        Assert.Equal("cpu:0", Assert.Single(Ask("two", 1).Granted).Device);
    }

    [Fact]
    public void Announce_EnsureASiloThatWasStartedAgainTakesItsPredecessorsPlace()
    {
        Ask("one", 2);
        _pool.Announce(Silo("a", 2) with { Address = "a:2" });
        Assert.All(_pool.Silos[0].Devices, device => Assert.Null(device.ExperimentId));
        Assert.Equal("a:2", Ask("two", 1).Granted[0].SiloAddress);
    }

    [Fact]
    public void Drain_EnsureASiloGetsNothingNewAndItsRunsAreNamed()
    {
        Ask("one", 1);
        Assert.Null(_pool.Drain("z", true));
        Assert.True(_pool.Drain("a", true)!.Draining);
        Assert.Equal([("one", "a:1")], _pool.ToLeave());
        Assert.Contains("the cluster has 0", Ask("two", 1).Reason, StringComparison.Ordinal);
        Assert.False(_pool.Drain("a", false)!.Draining);
        Assert.Single(Ask("two", 1).Granted);
    }

    [Fact]
    public void Forget_EnsureADeadSilosDevicesAreGone()
    {
        Ask("one", 2);
        Assert.True(_pool.Forget("a:1"));
        Assert.False(_pool.Forget("a:1"));
        Assert.Empty(_pool.Silos);
    }

    [Fact]
    public void Release_EnsureAQueuedExperimentLosesItsPlace()
    {
        Ask("one", 2);
        Ask("two", 2);
        Ask("three", 2);
        _pool.Release("two");
        _pool.Release("one");
        Assert.Equal("three", _pool.NextToServe());
    }

    private static DevicePool New(params string[] unfinished)
    {
        var recovery = new GrantRecovery(TimeSpan.FromSeconds(10), TimeProvider.System);
        recovery.List(unfinished);
        return new(recovery);
    }

    private static SiloInfo Silo(string name, int devices, string fingerprint = "same") => new()
    {
        Name = name,
        Address = name + ":1",
        Pid = 1,
        Version = "1",
        Fingerprint = fingerprint,
        Devices = Enumerable.Range(0, devices).Select(number => new DeviceInfo { Name = $"cpu:{number}", Model = "m", MemoryBytes = 1 }).ToArray(),
    };

    private DeviceAnswer Grow(string experiment, IReadOnlyList<DeviceGrant> held, int max) =>
        _pool.Request(new() { ExperimentId = experiment, Min = 1, Max = max, Held = held });

    private DeviceAnswer Ask(string experiment, int min, int? max = null, string? fingerprint = null, string suffix = "") =>
        _pool.Request(new() { ExperimentId = experiment + suffix, Min = min, Max = max ?? min, Fingerprint = fingerprint });
}
