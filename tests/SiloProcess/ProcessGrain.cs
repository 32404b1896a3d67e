namespace Sheaf.Tests.SiloProcess;

internal interface IProcessGrain : IGrainWithStringKey
{
    Task<int> ProcessId();

    Task<byte[]> Echo(byte[] bytes);

    Task<byte[]> EchoImmutable([Immutable] byte[] bytes);

    /// <summary>Ends when it is cancelled.</summary>
    [ResponseTimeout("00:05:00")]
    Task WaitAsync(CancellationToken cancellationToken);

    /// <summary>Raises what is stored by one, and returns it.</summary>
    Task<int> Increment();

    Task<int> Read();

    /// <summary>Keeps all threads of the pool busy, and as many more as there are processors.</summary>
    [ResponseTimeout("00:01:00")]
    Task Burn(TimeSpan time);
}

/// <remarks>The state is written when the grain is deactivated too: <see cref="Read"/> elsewhere tells whether that came through.</remarks>
[NamedSiloPlacement]
internal sealed class ProcessGrain([PersistentState("count")] IPersistentState<ProcessGrain.Count> state, TimeProvider time) : Grain, IProcessGrain
{
    public Task<int> ProcessId() => Task.FromResult(Environment.ProcessId);

    public Task<byte[]> Echo(byte[] bytes) => Task.FromResult(bytes);

    public Task<byte[]> EchoImmutable(byte[] bytes) => Task.FromResult(bytes);

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);

    public async Task<int> Increment()
    {
        state.State.Value++;
        await state.WriteStateAsync();
        return state.State.Value;
    }

    public Task<int> Read() => Task.FromResult(state.State.Value);

    public Task Burn(TimeSpan duration)
    {
        var start = time.GetTimestamp();
        var work = Enumerable.Range(0, 8 * Environment.ProcessorCount).Select(_ => Task.Run(() =>
        {
            while (time.GetElapsedTime(start) < duration)
            {
            }
        }));
        return Task.WhenAll(work);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (reason.ReasonCode == DeactivationReasonCode.ShuttingDown)
        {
            state.State.Value += 100;
            await state.WriteStateAsync(cancellationToken);
        }
    }

    [GenerateSerializer]
    internal sealed class Count
    {
        [Id(0)]
        public int Value { get; set; }
    }
}
