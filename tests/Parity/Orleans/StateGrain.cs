using Sheaf.Silo.Storage;

namespace Sheaf.Tests.Parity.Orleans;

internal sealed class StateGrain([PersistentState("state")] IPersistentState<StateGrain.Counter> state, Probe probe) : Grain, IStateGrain
{
    private int _calls;
    private int? _last;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_last is { } value)
        {
            await state.Write(new() { Value = value }, "The state of the test");
        }

        probe.Report($"deactivated: {reason.ReasonCode}");
    }

    public Task<int> Value() => Task.FromResult(state.State.Value);

    public Task Set(int value) => state.Write(new() { Value = value }, "The state of the test");

    public Task<int> Calls() => Task.FromResult(++_calls);

    public Task SetAtTheEnd(int value)
    {
        _last = value;
        return Task.CompletedTask;
    }

    public Task EndNow()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    internal sealed class Counter
    {
        public int Value { get; set; }
    }
}
