using System.Text.Json;
using Orleans.Storage;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Storage;

/// <summary>
/// Grain state in a folder, a file for each state of each grain: ROOT/STATE/GRAIN.json. A write is durable when it returns: a temporary file is written and
/// synced, then renamed over the old one, and the folder is synced; whatever fails on the way leaves the old state. One process at a time may use the
/// folder. Thread-safe.
/// </summary>
public sealed class DirectoryGrainStorage : IGrainStorage
{
    private const int Stripes = 64;

    private readonly DirectoryGrainStorageOptions _options;
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    public DirectoryGrainStorage(DirectoryGrainStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Root);
        _options = options;
        Directory.CreateDirectory(options.Root);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Locked(stateName, grainId, async path =>
    {
        var file = await ReadAsync(path, stateName, grainId);
        grainState.RecordExists = file is not null;
        grainState.ETag = file?.ETag;
        grainState.State = file is null ? Empty<T>() : Parse<T>(path, file);
    });

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Locked(stateName, grainId, async path =>
    {
        var stored = await ReadAsync(path, stateName, grainId);
        CheckTag("write", path, stored, grainState.ETag);
        var body = JsonSerializer.SerializeToUtf8Bytes(grainState.State, _options.Json);
        var file = new StateFile(stateName, grainId.ToString(), (stored?.Version ?? 0) + 1, body);
        await ReplaceAsync(path, file.ToBytes());
        grainState.ETag = file.ETag;
        grainState.RecordExists = true;
    });

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Locked(stateName, grainId, async path =>
    {
        var stored = await ReadAsync(path, stateName, grainId);
        CheckTag("clear", path, stored, grainState.ETag);
        if (stored is not null)
        {
            File.Delete(path);
            DurableFiles.SyncFolder(Path.GetDirectoryName(path)!);
        }

        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = Empty<T>();
    });

    /// <summary>The file of a state, whether or not it is there.</summary>
    public string GetPath(string stateName, GrainId grainId) =>
        Path.Combine(_options.Root, StateFileNames.Encode(stateName), StateFileNames.Encode(grainId.ToString()) + ".json");

    // As Orleans does for a state that was never written: a new object where there is a parameterless constructor.
    private static T Empty<T>() => typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<T>() : default!;

    private static void CheckTag(string operation, string path, StateFile? stored, string? tag)
    {
        if (stored?.ETag != tag)
        {
            throw new InconsistentStateException($"Cannot {operation} '{path}': it was changed since it was read. Read it again.", stored?.ETag, tag);
        }
    }

    private static async Task<StateFile?> ReadAsync(string path, string stateName, GrainId grainId)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        var file = StateFile.Parse(path, bytes);
        return file.StateName == stateName && file.Grain == grainId.ToString()
            ? file
            : throw new CorruptStateException(path, $"it holds the state '{file.StateName}' of grain {file.Grain}, not '{stateName}' of {grainId}");
    }

    private T Parse<T>(string path, StateFile file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file.Body, _options.Json)!;
        }
        catch (JsonException exception)
        {
            throw new CorruptStateException(path, $"it is not a {typeof(T)} ({exception.Message})");
        }
    }

    private async Task ReplaceAsync(string path, byte[] bytes)
    {
        var folder = Path.GetDirectoryName(path)!;
        var temporary = path + ".tmp";
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                DurableFiles.SyncFolder(_options.Root);
            }

            await using (var stream = _options.CreateFile(temporary))
            {
                await stream.WriteAsync(bytes);
                DurableFiles.Sync(stream);
            }

            File.Move(temporary, path, overwrite: true);
            DurableFiles.SyncFolder(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new IOException(
                $"The file '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Free space, or correct the folder's rights.", exception);
        }
    }

    // The full disk that failed the write may fail this too; the next write begins the file anew.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private async Task Locked(string stateName, GrainId grainId, Func<string, Task> action)
    {
        var path = GetPath(stateName, grainId);
        var gate = _locks[(uint)StringComparer.Ordinal.GetHashCode(path) % Stripes];
        await gate.WaitAsync();
        try
        {
            await action(path);
        }
        finally
        {
            gate.Release();
        }
    }
}
