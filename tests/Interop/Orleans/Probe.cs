using System.Collections.Concurrent;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>How a test sees into grains and holds them at a point: gates that grains wait at, events that tests wait for, in a silo of the test's own.</summary>
internal sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>What a grain awaits until the test opens it.</summary>
    public Task Gate(string name) => _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Open(string name) => _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    public void Report(string name)
    {
        Log.Enqueue(name);
        _events.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>Completes when it has been reported once; a minute is the guard of a test that would hang.</summary>
    public Task Reported(string name) =>
        _events.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
