using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sheaf.Contracts.Grains;

namespace Sheaf.Tests.Parity.Orleans;

internal sealed class TurnGrain(Probe probe) : Grain, ITurnGrain
{
    private readonly Channel<bool> _next = Channel.CreateUnbounded<bool>();
    private int _count;

    public async Task Hold(string name)
    {
        probe.Report($"{name} begins");
        await probe.Gate(name);
        probe.Report($"{name} ends");
    }

    public Task HoldInterleaved(string name) => Hold(name);

    public Task HoldTooLong(string name) => Hold(name);

    public async Task HoldUntilCancelled(CancellationToken cancellationToken)
    {
        probe.Report("waits");
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
        probe.Report("cancelled");
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task HoldTooLongUntilCancelled(CancellationToken cancellationToken) => HoldUntilCancelled(cancellationToken);

    public async Task<int> Count(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var before = _count;
            Thread.SpinWait(100);
            _count = before + 1;
            await Task.Run(() => { });
        }

        return _count;
    }

    public Task HoldWithTimers(string name)
    {
        this.RegisterGrainTimer(_ => Fired("plain"), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        this.RegisterGrainTimer(
            _ => Fired("interleaving"), new GrainTimerCreationOptions(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan) { Interleave = true });
        return Hold(name);
    }

    public async IAsyncEnumerable<int> Numbers([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                await _next.Reader.ReadAsync(cancellationToken);
                yield return number;
            }
        }
        finally
        {
            probe.Report("left");
        }
    }

    public Task Next()
    {
        _next.Writer.TryWrite(true);
        return Task.CompletedTask;
    }

    public Task Fail() => throw new StateStoreException("The disk is full.");

    private Task Fired(string name)
    {
        probe.Report(name);
        return Task.CompletedTask;
    }
}
