namespace Sheaf.Tests.Parity.Orleans;

[KeepAlive]
internal sealed class KeptGrain : Grain, IKeptGrain
{
    private int _calls;

    public Task<int> Calls() => Task.FromResult(++_calls);
}
