using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;

namespace Sheaf.Tests.Parity.Orleans;

/// <summary>Grain state in memory, with ETags; fails when it is told to. Thread-safe.</summary>
internal sealed class FlakyStore : IGrainStorage
{
    private readonly ConcurrentDictionary<(GrainId, string), (string Json, int Version)> _stored = new();

    /// <summary>What the next write does instead.</summary>
    public Exception? FailsWrite { get; set; }

    /// <summary>What the next read does instead.</summary>
    public Exception? FailsRead { get; set; }

    /// <summary>As another activation would write.</summary>
    public void Overwrite<T>(GrainId grain, string name, T state) =>
        _stored.AddOrUpdate((grain, name), _ => (JsonSerializer.Serialize(state), 1), (_, old) => (JsonSerializer.Serialize(state), old.Version + 1));

    public T? Stored<T>(GrainId grain, string name) =>
        _stored.TryGetValue((grain, name), out var stored) ? JsonSerializer.Deserialize<T>(stored.Json) : default;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailsRead is { } failure)
        {
            FailsRead = null;
            throw failure;
        }

        if (_stored.TryGetValue((grainId, stateName), out var stored))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (JsonSerializer.Deserialize<T>(stored.Json)!, $"{stored.Version}", true);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailsWrite is { } failure)
        {
            FailsWrite = null;
            throw failure;
        }

        var known = _stored.TryGetValue((grainId, stateName), out var stored) ? $"{stored.Version}" : null;
        if (grainState.ETag != known)
        {
            throw new InconsistentStateException("It was changed since it was read.", known, grainState.ETag);
        }

        _stored[(grainId, stateName)] = (JsonSerializer.Serialize(grainState.State), stored.Version + 1);
        (grainState.ETag, grainState.RecordExists) = ($"{stored.Version + 1}", true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("No grain of ours clears its state.");
}
