using Orleans.Storage;
using Sheaf.Contracts.Grains;

namespace Sheaf.Tests.Parity.Orleans;

/// <summary>What our grains rely on of activations and their stored state.</summary>
public sealed class StateTests : OrleansTest
{
    private IStateGrain Grain => Remote.GetGrain<IStateGrain>("one");

    [Fact]
    public async Task NothingStored_IsANewState() => Assert.Equal(0, await Grain.Value());

    [Fact]
    public async Task FailedWrite_ChangesNothingAndTheActivationGoesOn()
    {
        await Grain.Set(1);
        Assert.Equal(1, await Grain.Calls());
        Store.FailsWrite = new IOException("No space left on device");

        var failure = await Assert.ThrowsAsync<StateStoreException>(() => Grain.Set(2));

        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Grain.Value());
        Assert.Equal(2, await Grain.Calls());
        await Grain.Set(3);
        Assert.Equal(3, Store.Stored<StateGrain.Counter>(Grain.GetGrainId(), "state")!.Value);
    }

    [Fact]
    public async Task WriteThatAnotherActivationWasAheadOf_EndsTheActivation()
    {
        await Grain.Set(1);
        await Grain.Calls();
        Store.Overwrite(Grain.GetGrainId(), "state", new StateGrain.Counter { Value = 7 });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Grain.Set(2));

        await Probe.Reported($"deactivated: {DeactivationReasonCode.ApplicationError}");
        Assert.Equal(7, await Grain.Value());
        Assert.Equal(1, await Grain.Calls());
    }

    [Fact]
    public async Task StateThatCannotBeRead_FailsTheCallAndTheNextOneTriesAgain()
    {
        Store.Overwrite(Grain.GetGrainId(), "state", new StateGrain.Counter { Value = 5 });
        Store.FailsRead = new IOException("The database is away");

        await Assert.ThrowsAnyAsync<Exception>(() => Grain.Value());

        Assert.Equal(5, await Grain.Value());
    }

    [Fact]
    public async Task DeactivateOnIdle_EndsTheActivationAfterItsCall()
    {
        Assert.Equal(1, await Grain.Calls());
        await Grain.EndNow();
        await Probe.Reported($"deactivated: {DeactivationReasonCode.ApplicationRequested}");
        Assert.Equal(1, await Grain.Calls());
    }

    [Fact]
    public async Task Collection_DeactivatesIdleGrainsWithTheReason_ButNoneThatIsKept()
    {
        var kept = Remote.GetGrain<IKeptGrain>("kept");
        Assert.Equal(1, await kept.Calls());
        await Grain.SetAtTheEnd(4);

        await Remote.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);

        await Probe.Reported($"deactivated: {DeactivationReasonCode.ActivationIdle}");
        Assert.Equal(4, await Grain.Value());
        Assert.Equal(2, await kept.Calls());
    }

    [Fact]
    public async Task Shutdown_DeactivatesGrainsWithTheReason_AndTheyMayStillWrite()
    {
        await Grain.SetAtTheEnd(9);
        var grain = Grain.GetGrainId();

        await Cluster.StopAllSilosAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"deactivated: {DeactivationReasonCode.ShuttingDown}", Probe.Log);
        Assert.Equal(9, Store.Stored<StateGrain.Counter>(grain, "state")!.Value);
    }
}
