using System.Security.Cryptography;
using Sheaf.Records;
using Sheaf.Training.Faults;
using Sheaf.Training.Objects;

namespace Sheaf.Training.Checkpoints;

/// <summary>
/// Checkpoints in an object store, with the names and files that <see cref="DirectoryCheckpointStore"/> has. The manifest comes last, by a conditional write
/// that never replaces one. A store may carry out a call that failed here, or carry it out late. So a write never deletes what it began: a second attempt
/// writes the same bytes, and a later generation deletes what was never finished.
/// </summary>
public sealed class ObjectCheckpointStore : ICheckpointStore
{
    private readonly IObjectStore _objects;
    private readonly ObjectPlaces _places;
    private readonly CheckpointReader _reader;
    private readonly TimeProvider _time;
    private readonly IFaultInjector _faults;
    private readonly ObjectProbe _probe;

    /// <param name="objects">Of the root's bucket.</param>
    /// <param name="lookWithin">What a look whether it takes checkpoints may take.</param>
    public ObjectCheckpointStore(IObjectStore objects, ObjectUrl root, TimeSpan lookWithin, TimeProvider time, IFaultInjector? faults = null)
    {
        (_objects, _places, _reader) = (objects, new(root), new(new ObjectFiles(objects)));
        (_time, _faults, _probe) = (time, faults ?? NoFaults.Instance, new(objects, _places, lookWithin, time));
    }

    /// <summary><paramref name="mayCreate"/> means nothing here: an object store has no folders, and none that could be an empty mount point.</summary>
    public Task<CheckpointRecord> WriteAsync(
        string experimentId,
        CheckpointSnapshot snapshot,
        int worker = 0,
        Action? beforeManifest = null,
        bool mayCreate = true,
        CancellationToken cancel = default)
    {
        var path = _places.PathOf(experimentId, CheckpointNames.Of(snapshot.Step, snapshot.Generation));
        return Task.Run(() => Write(experimentId, path, snapshot, worker, beforeManifest, cancel), cancel);
    }

    public Task<CheckpointSnapshot> ReadAsync(string path, CancellationToken cancel = default) =>
        Task.Run(() => _reader.ReadAsync(_places.Inside(path), cancel), cancel);

    public async Task<CheckpointVerification> VerifyAsync(string path, CancellationToken cancel = default)
    {
        try
        {
            return await Task.Run(() => _reader.VerifyAsync(_places.Inside(path), cancel), cancel);
        }
        catch (CheckpointException elsewhere)
        {
            // Written when checkpoints were kept elsewhere: that says nothing of its bytes.
            return new() { Path = path, Problems = [elsewhere.Message], IsAway = true };
        }
    }

    public Task<IReadOnlyList<CheckpointFile>> FilesAsync(string path, CancellationToken cancel = default) =>
        _reader.FilesAsync(_places.Inside(path), cancel);

    public Task<Stream> OpenFileAsync(string path, string name, CancellationToken cancel = default) =>
        _reader.OpenAsync(_places.Inside(path), name, cancel);

    public async Task OpenAsync(string experimentId, bool mayCreate, CancellationToken cancel = default)
    {
        CheckpointNames.CheckExperiment(experimentId);
        if (await ProblemAsync(cancel) is { } problem)
        {
            throw new CheckpointException(problem, _places.Root.ToString()) { IsAway = true };
        }
    }

    public Task<string?> ProblemAsync(CancellationToken cancel = default) => _probe.ProblemAsync(cancel);

    public async Task<IReadOnlyList<CheckpointEntry>> ListAsync(string experimentId, CancellationToken cancel = default)
    {
        var entries = new List<(long Step, long Generation, CheckpointEntry Entry)>();
        foreach (var found in (await All(experimentId, cancel)).Where(each => each.IsWhole))
        {
            try
            {
                var (manifest, text) = await _reader.ManifestAsync(found.Path, cancel);
                entries.Add((found.Step, found.Generation, new(found.Path, manifest.ToRecord(found.Path, text.Length), null)));
            }
            catch (CheckpointException exception)
            {
                entries.Add((found.Step, found.Generation, new(found.Path, null, exception.Message)));
            }
        }

        return [.. entries.OrderByDescending(each => (each.Step, each.Generation)).Select(each => each.Entry)];
    }

    public async Task DeleteAsync(string path, CancellationToken cancel = default)
    {
        path = _places.Inside(path);
        try
        {
            await _objects.DeleteAsync(ObjectPlaces.KeyOf(path, CheckpointManifest.FileName), cancel);
            await foreach (var file in _objects.ListAsync(ObjectPlaces.KeyOf(path, ""), cancel))
            {
                await _objects.DeleteAsync(file.Key, cancel);
            }
        }
        catch (ObjectStoreException exception)
        {
            throw new CheckpointException($"The checkpoint '{path}' cannot be deleted: {exception.Message}", path, exception);
        }
    }

    public async Task<IReadOnlyList<string>> DeleteUnknownAsync(
        string experimentId, long generation, long step, IReadOnlyCollection<string> known, CancellationToken cancel = default)
    {
        var deleted = new List<string>();
        CheckpointException? failure = null;
        known = known.Select(_places.Inside).ToHashSet(StringComparer.Ordinal);
        foreach (var found in (await All(experimentId, cancel)).Where(each => each.Generation < generation))
        {
            if (known.Contains(found.Path) || (found.Step > step && found.IsWhole))
            {
                continue;
            }

            try
            {
                await DeleteAsync(found.Path, cancel);
                deleted.Add(found.Path);
            }
            catch (CheckpointException exception)
            {
                // One that cannot be deleted is no reason to keep the others.
                failure ??= exception;
            }
        }

        deleted.AddRange(await Abort(experimentId, generation, cancel));
        return failure is null ? deleted : throw failure;
    }

    private async Task<CheckpointRecord> Write(
        string experimentId, string path, CheckpointSnapshot snapshot, int worker, Action? beforeManifest, CancellationToken cancel)
    {
        var manifest = CheckpointManifest.Of(
            experimentId,
            snapshot,
            _time.GetUtcNow(),
            FileOf(CheckpointManifest.WeightsFile, snapshot.Weights),
            FileOf(CheckpointManifest.OptimizerFile, snapshot.Optimizer));
        try
        {
            if (await WrittenBefore(manifest, path, cancel) is { } before)
            {
                return before;
            }

            await Upload(CheckpointManifest.WeightsFile, snapshot.Weights);
            await Upload(CheckpointManifest.OptimizerFile, snapshot.Optimizer);
            _faults.Hit(FaultPoint.WhileCheckpointing, worker, snapshot.Step);
            cancel.ThrowIfCancellationRequested();
            var text = manifest.ToBytes();
            beforeManifest?.Invoke();
            return await _objects.TryCreateAsync(ObjectPlaces.KeyOf(path, CheckpointManifest.FileName), text, cancel)
                ? manifest.ToRecord(path, text.Length)
                : await WrittenBefore(manifest, path, cancel) ?? throw new IOException($"'{path}/{CheckpointManifest.FileName}' came and went.");
        }
        catch (IOException exception)
        {
            throw new CheckpointException(
                $"The checkpoint of step {snapshot.Step} cannot be written to '{path}': {exception.Message} Nothing that was saved before is harmed.",
                path,
                exception);
        }

        async Task Upload(string name, IReadOnlyList<NamedArray> arrays)
        {
            cancel.ThrowIfCancellationRequested();
            _faults.Hit(FaultPoint.WhileCheckpointing, worker, snapshot.Step);
            var key = ObjectPlaces.KeyOf(path, name);
            foreach (var upload in await _objects.UnfinishedAsync(key, cancel))
            {
                // A write before this one did not end.
                await _objects.AbortAsync(upload, cancel);
            }

            await _objects.PutAsync(key, Safetensors.Pieces(arrays), cancel);
        }
    }

    /// <summary>The record of this checkpoint where its manifest is there already; the files of a whole checkpoint are never written again.</summary>
    private async Task<CheckpointRecord?> WrittenBefore(CheckpointManifest manifest, string path, CancellationToken cancel)
    {
        await using (var there = await _objects.OpenAsync(ObjectPlaces.KeyOf(path, CheckpointManifest.FileName), cancel))
        {
            if (there is null)
            {
                return null;
            }
        }

        var (known, text) = await _reader.ManifestAsync(path, cancel);
        return known.RecordIfSame(manifest, path, text.Length);
    }

    private async Task<IReadOnlyList<Found>> All(string experimentId, CancellationToken cancel)
    {
        var files = new List<(string Path, string File, long Step, long Generation)>();
        try
        {
            await foreach (var file in _objects.ListAsync(_places.KeysOf(experimentId), cancel))
            {
                if (_places.Of(experimentId, file.Key) is { } place)
                {
                    files.Add(place);
                }
            }
        }
        catch (ObjectStoreException exception)
        {
            throw new CheckpointException(
                $"The checkpoints of '{experimentId}' in '{_places.Root}' cannot be looked through: {exception.Message}", _places.Root.ToString(), exception)
            { IsAway = true };
        }

        return [.. files.GroupBy(file => file.Path).Select(
            each => new Found(each.Key, each.First().Step, each.First().Generation, each.Any(file => file.File == CheckpointManifest.FileName)))];
    }

    private async Task<IReadOnlyList<string>> Abort(string experimentId, long generation, CancellationToken cancel)
    {
        var aborted = new List<string>();
        try
        {
            foreach (var upload in await _objects.UnfinishedAsync(_places.KeysOf(experimentId), cancel))
            {
                if (_places.Of(experimentId, upload.Key) is { } place && place.Generation < generation)
                {
                    await _objects.AbortAsync(upload, cancel);
                    aborted.Add($"{place.Path}/{place.File} (an upload that did not end)");
                }
            }
        }
        catch (ObjectStoreException exception)
        {
            throw new CheckpointException(
                $"Uploads that did not end in '{_places.Root}' cannot be given up: {exception.Message}", _places.Root.ToString(), exception);
        }

        return aborted;
    }

    private static CheckpointFile FileOf(string name, IReadOnlyList<NamedArray> arrays)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = 0L;
        foreach (var piece in Safetensors.Pieces(arrays))
        {
            hash.AppendData(piece.Span);
            bytes += piece.Length;
        }

        return new(name, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <param name="IsWhole">Its manifest is there.</param>
    private sealed record Found(string Path, long Step, long Generation, bool IsWhole);
}
