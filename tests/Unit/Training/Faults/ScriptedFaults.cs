using System.Collections.Concurrent;
using Sheaf.Training.Faults;

namespace Sheaf.Tests;

/// <summary>
/// Faults for tests, addressed by (point, worker, step). Armed by a disposable scope, which counts how often it fired and completes
/// <see cref="Armed.Fired"/> the first time, so that a test can prove that its fault struck. Thread-safe.
/// </summary>
public sealed class ScriptedFaults : IFaultInjector
{
    private readonly ConcurrentDictionary<(FaultPoint Point, int Worker, long Step), Armed> _armed = new();

    /// <summary>
    /// Arms one point. <paramref name="action"/> null throws <see cref="InjectedFaultException"/>; otherwise it runs on the thread that hits the point.
    /// </summary>
    /// <exception cref="InvalidOperationException">The same point is armed already.</exception>
    public Armed Arm(FaultPoint point, int worker, long step, Action? action = null)
    {
        var armed = new Armed(this, (point, worker, step), action ?? (() => throw new InjectedFaultException(point, worker, step)));
        return _armed.TryAdd((point, worker, step), armed)
            ? armed
            : throw new InvalidOperationException(
                $"{point} of worker {worker} at step {step} is armed already; dispose the first scope before arming it again.");
    }

    public void Hit(FaultPoint point, int worker, long step)
    {
        if (_armed.TryGetValue((point, worker, step), out var armed))
        {
            armed.Fire();
        }
    }

    /// <summary>One armed point; disposing it disarms.</summary>
    public sealed class Armed : IDisposable
    {
        private readonly ScriptedFaults _owner;
        private readonly (FaultPoint, int, long) _key;
        private readonly Action _action;
        private readonly TaskCompletionSource _fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _hits;

        internal Armed(ScriptedFaults owner, (FaultPoint, int, long) key, Action action) => (_owner, _key, _action) = (owner, key, action);

        public int Hits => Volatile.Read(ref _hits);

        /// <summary>Completes when the point is hit for the first time, before its action runs.</summary>
        public Task Fired => _fired.Task;

        public void Dispose() => _owner._armed.TryRemove(_key, out _);

        internal void Fire()
        {
            Interlocked.Increment(ref _hits);
            _fired.TrySetResult();
            _action();
        }
    }
}
