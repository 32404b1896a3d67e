using System.Collections.Concurrent;

namespace Sheaf.Tests.Parity.Orleans;

/// <summary>How a test sees into grains and holds them: gates that grains wait at, events that tests wait for. Thread-safe.</summary>
internal sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>What a grain awaits until the test opens it.</summary>
    public Task Gate(string name) => Named(_gates, name).Task;

    public void Open(string name) => Named(_gates, name).TrySetResult();

    public void Report(string name)
    {
        Log.Enqueue(name);
        Named(_events, name).TrySetResult();
    }

    /// <summary>Completes when it has been reported once; a minute is the guard of a test that would hang.</summary>
    public Task Reported(string name) => Named(_events, name).Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private static TaskCompletionSource Named(ConcurrentDictionary<string, TaskCompletionSource> all, string name) =>
        all.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
