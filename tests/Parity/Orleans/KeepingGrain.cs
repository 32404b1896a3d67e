using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Tests.Parity.Orleans;

internal sealed class KeepingGrain : Grain, IKeepingGrain
{
    private IReadOnlyList<Violation> _kept = null!;

    public Task Keep(IReadOnlyList<Violation> value)
    {
        _kept = value;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Violation>> Kept() => Task.FromResult(_kept);

    public Task<float[]> Echo(float[] values) => Task.FromResult(values);
}
