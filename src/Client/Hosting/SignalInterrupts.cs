using System.Runtime.InteropServices;

namespace Sheaf.Client.Hosting;

/// <summary>SIGINT, SIGTERM and a closed terminal (SIGHUP), counted. The process itself decides when to end, until the third.</summary>
internal sealed class SignalInterrupts : IInterrupts, IDisposable
{
    /// <summary>No verb has a meaning for a third one: whoever sends it sees that two were of no use.</summary>
    private const int ToEndAnyway = 3;

    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public SignalInterrupts()
    {
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    public CancellationToken First => _first.Token;

    public CancellationToken Second => _second.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _first.Dispose();
        _second.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        var count = Interlocked.Increment(ref _count);
        context.Cancel = count < ToEndAnyway;
        (count == 1 ? _first : _second).Cancel();
    }
}
