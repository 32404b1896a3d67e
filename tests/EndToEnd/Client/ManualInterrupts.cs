using Sheaf.Client.Hosting;

namespace Sheaf.Tests.EndToEnd.Client;

internal sealed class ManualInterrupts : IInterrupts, IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();

    public CancellationToken First => _first.Token;

    public CancellationToken Second => _second.Token;

    public void Press() => (_first.IsCancellationRequested ? _second : _first).Cancel();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }
}
