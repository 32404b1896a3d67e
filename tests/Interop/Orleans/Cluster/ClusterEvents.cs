using System.Collections.Concurrent;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>What the grains of one silo have seen. Thread-safe.</summary>
internal sealed class ClusterEvents
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _events = new();

    public ConcurrentBag<string> Activated { get; } = [];

    public void Happened(string name, string value = "") => Source(name).TrySetResult(value);

    public Task<string> Wait(string name) => Source(name).Task.WaitAsync(TestContext.Current.CancellationToken);

    private TaskCompletionSource<string> Source(string name) => _events.GetOrAdd(name, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
