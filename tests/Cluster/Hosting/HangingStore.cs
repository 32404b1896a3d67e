using Orleans.Storage;
using Sheaf.Silo.Storage;

namespace Sheaf.Tests.Cluster.Hosting;

/// <summary>A folder's store whose writes for one grain do not return until they are let go.</summary>
internal sealed class HangingStore(DataFolder folder, string key) : IGrainStorage
{
    private readonly DirectoryGrainStorage _inner = new(new() { Root = folder.Grains });
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _gate = Open();

    /// <summary>Completes when the first write hangs.</summary>
    public Task Waits => _waits.Task;

    public void Hang() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => _gate.TrySetResult();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _inner.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainId.Key.ToString() == key && !_gate.Task.IsCompleted)
        {
            _waits.TrySetResult();
            await _gate.Task;
        }

        await _inner.WriteStateAsync(stateName, grainId, grainState);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _inner.ClearStateAsync(stateName, grainId, grainState);

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
