using Sheaf.Records;
using Sheaf.Training.Faults;

namespace Sheaf.Training.Checkpoints;

/// <summary>
/// Checkpoints in a directory, which silos may share: <c>ROOT/EXPERIMENT/step-0000001200-gen-3/</c> with weights.safetensors, optimizer.safetensors and
/// manifest.json. Each file is written under another name, synced and renamed; the manifest comes last and never replaces one.
/// </summary>
public sealed class DirectoryCheckpointStore : ICheckpointStore
{
    private const string Writing = ".writing-";

    private static readonly CheckpointReader Reader = new(new DirectoryFiles());

    private readonly CheckpointFolders _folders;
    private readonly TimeProvider _time;
    private readonly IFaultInjector _faults;
    private readonly Func<string, Stream> _create;

    /// <summary>The directory is created when the first checkpoint is written.</summary>
    public DirectoryCheckpointStore(string root, TimeProvider time, IFaultInjector? faults = null)
        : this(root, time, faults, DurableFiles.Create)
    {
    }

    /// <param name="room">How many bytes a file in a folder may take; null: asks the system.</param>
    internal DirectoryCheckpointStore(string root, TimeProvider time, IFaultInjector? faults, Func<string, Stream> create, Func<string, long>? room = null)
    {
        _folders = new(Path.GetFullPath(root), room ?? DurableFiles.Room);
        _time = time;
        _faults = faults ?? NoFaults.Instance;
        _create = create;
    }

    public Task<CheckpointRecord> WriteAsync(
        string experimentId,
        CheckpointSnapshot snapshot,
        int worker = 0,
        Action? beforeManifest = null,
        bool mayCreate = true,
        CancellationToken cancel = default)
    {
        var folder = Path.Combine(_folders.Of(experimentId), CheckpointNames.Of(snapshot.Step, snapshot.Generation));
        return Task.Run(() => Write(experimentId, folder, snapshot, worker, beforeManifest, mayCreate, cancel), cancel);
    }

    public Task<CheckpointSnapshot> ReadAsync(string path, CancellationToken cancel = default) =>
        Task.Run(() => Reader.ReadAsync(_folders.Inside(path), cancel), cancel);

    public Task<CheckpointVerification> VerifyAsync(string path, CancellationToken cancel = default) =>
        Task.Run(() => Reader.VerifyAsync(_folders.Inside(path), cancel), cancel);

    public Task<IReadOnlyList<CheckpointEntry>> ListAsync(string experimentId, CancellationToken cancel = default)
    {
        var folder = _folders.Of(experimentId);
        return Task.Run(() => List(experimentId, folder, cancel), cancel);
    }

    public Task DeleteAsync(string path, CancellationToken cancel = default) => Task.Run(() => Delete(path), cancel);

    public Task<IReadOnlyList<string>> DeleteUnknownAsync(
        string experimentId, long generation, long step, IReadOnlyCollection<string> known, CancellationToken cancel = default) =>
        Task.Run(() => DeleteUnknown(experimentId, generation, step, known), cancel);

    public Task OpenAsync(string experimentId, bool mayCreate, CancellationToken cancel = default) =>
        Task.Run(() => _folders.Open(experimentId, mayCreate), cancel);

    public Task<string?> ProblemAsync(CancellationToken cancel = default) => Task.Run(_folders.Problem, cancel);

    public Task<IReadOnlyList<CheckpointFile>> FilesAsync(string path, CancellationToken cancel = default) =>
        Task.Run(() => Reader.FilesAsync(_folders.Inside(path), cancel), cancel);

    public Task<Stream> OpenFileAsync(string path, string name, CancellationToken cancel = default) =>
        Task.Run(() => Reader.OpenAsync(_folders.Inside(path), name, cancel), cancel);

    private async Task<IReadOnlyList<CheckpointEntry>> List(string experimentId, string folder, CancellationToken cancel)
    {
        var entries = new List<(long Step, long Generation, CheckpointEntry Entry)>();
        try
        {
            foreach (var (path, step, generation) in _folders.All(experimentId))
            {
                try
                {
                    var (manifest, text) = await Reader.ManifestAsync(path, cancel);
                    entries.Add((step, generation, new CheckpointEntry(path, manifest.ToRecord(path, text.Length), null)));
                }
                catch (CheckpointException exception)
                {
                    if (File.Exists(Path.Combine(path, CheckpointManifest.FileName)))
                    {
                        entries.Add((step, generation, new CheckpointEntry(path, null, exception.Message)));
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"'{folder}' cannot be looked through: {exception.Message}", folder, exception) { IsAway = true };
        }

        return [.. entries.OrderByDescending(each => (each.Step, each.Generation)).Select(each => each.Entry)];
    }

    private void Delete(string path)
    {
        path = _folders.Inside(path);
        try
        {
            if (Directory.Exists(path))
            {
                File.Delete(Path.Combine(path, CheckpointManifest.FileName));
                DurableFiles.SyncFolder(path);
                Directory.Delete(path, recursive: true);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else deleted it at the same time.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The checkpoint '{path}' cannot be deleted: {exception.Message}", path, exception);
        }
    }

    private IReadOnlyList<string> DeleteUnknown(string experimentId, long generation, long step, IReadOnlyCollection<string> known)
    {
        var deleted = new List<string>();
        CheckpointException? failure = null;
        known = known.Select(_folders.Inside).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, ofStep, ofGeneration) in _folders.All(experimentId).Where(each => each.Generation < generation).ToArray())
        {
            var isKnown = known.Contains(path);
            if (isKnown || (ofStep > step && File.Exists(Path.Combine(path, CheckpointManifest.FileName))))
            {
                // A checkpoint is written again where it is not known that it was: a write that was torn then leaves its files in a whole one.
                deleted.AddRange(_folders.DeleteFiles(path, $"*{Writing}*"));
                continue;
            }

            try
            {
                Delete(path);
                deleted.Add(path);
            }
            catch (CheckpointException exception)
            {
                // One that cannot be deleted is no reason to keep the others.
                failure ??= exception;
            }
        }

        _folders.DeleteEmpty(experimentId);
        return failure is null ? deleted : throw failure;
    }

    private async Task<CheckpointRecord> Write(
        string experimentId, string folder, CheckpointSnapshot snapshot, int worker, Action? beforeManifest, bool mayCreate, CancellationToken cancel)
    {
        // Files of this write that do not count yet: whatever ends it early takes them away.
        var pending = new HashSet<string>();
        try
        {
            if (!mayCreate)
            {
                CheckpointFolders.CheckThere(Path.GetDirectoryName(folder)!);
            }

            // A folder's own name must be durable before the manifest in it can be.
            Directory.CreateDirectory(folder);
            DurableFiles.SyncFolder(Path.GetDirectoryName(folder)!);
            DurableFiles.SyncFolder(_folders.Root);
            var (weights, weightsAt) = WriteFile(CheckpointManifest.WeightsFile, stream => Safetensors.Write(stream, snapshot.Weights));
            var (optimizer, optimizerAt) = WriteFile(CheckpointManifest.OptimizerFile, stream => Safetensors.Write(stream, snapshot.Optimizer));
            var manifest = CheckpointManifest.Of(experimentId, snapshot, _time.GetUtcNow(), weights, optimizer);
            if (File.Exists(Path.Combine(folder, CheckpointManifest.FileName)))
            {
                return await SameAs(manifest, folder, cancel);
            }

            Rename(weightsAt, weights.Name, overwrite: true);
            Rename(optimizerAt, optimizer.Name, overwrite: true);
            DurableFiles.SyncFolder(folder);
            var text = manifest.ToBytes();
            var (_, manifestAt) = WriteFile(CheckpointManifest.FileName, stream => stream.Write(text));
            beforeManifest?.Invoke();
            Rename(manifestAt, CheckpointManifest.FileName, overwrite: false);
            pending.Clear();
            DurableFiles.SyncFolder(folder);
            return manifest.ToRecord(folder, text.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"The checkpoint of step {snapshot.Step} cannot be written to '{folder}': {CheckpointFolders.Reason(exception)} Nothing that was saved before "
                    + "is harmed; free space, or check the folder's rights.",
                folder,
                exception);
        }
        finally
        {
            CleanUp(folder, pending);
        }

        (CheckpointFile File, string At) WriteFile(string name, Action<Stream> write)
        {
            cancel.ThrowIfCancellationRequested();
            _faults.Hit(FaultPoint.WhileCheckpointing, worker, snapshot.Step);
            var at = Path.Combine(folder, name + Writing + Guid.NewGuid().ToString("N"));
            pending.Add(at);
            using var stream = _create(at);
            using var hash = new HashingStream(stream);
            write(hash);
            DurableFiles.Sync(stream);
            var (sha256, bytes) = hash.Finish();
            return (new CheckpointFile(name, bytes, sha256), at);
        }

        void Rename(string at, string name, bool overwrite)
        {
            _faults.Hit(FaultPoint.WhileCheckpointing, worker, snapshot.Step);
            var path = Path.Combine(folder, name);
            File.Move(at, path, overwrite);
            pending.Remove(at);
            pending.Add(path);
        }
    }

    /// <summary>The record of the checkpoint that is there already, if it is the same.</summary>
    private static async Task<CheckpointRecord> SameAs(CheckpointManifest manifest, string folder, CancellationToken cancel)
    {
        var (there, text) = await Reader.ManifestAsync(folder, cancel);
        return there.RecordIfSame(manifest, folder, text.Length);
    }

    /// <summary>Takes away what does not count, and the folder if nothing else is in it.</summary>
    private static void CleanUp(string folder, HashSet<string> pending)
    {
        if (pending.Count == 0 && File.Exists(Path.Combine(folder, CheckpointManifest.FileName)))
        {
            return;
        }

        try
        {
            foreach (var path in pending)
            {
                File.Delete(path);
            }

            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What stays behind has no manifest and does not count; DeleteUnknown takes it away later.
        }
    }
}
