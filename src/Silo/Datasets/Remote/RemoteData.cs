using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sheaf.Silo.Storage;
using Sheaf.Silo.Storage.ObjectStores;
using Sheaf.Specs;
using Sheaf.Surroundings;
using Sheaf.Training.Data;
using Sheaf.Training.Weights;

namespace Sheaf.Silo.Datasets.Remote;

/// <summary>
/// Brings the remote files of a spec to this silo's disk, each content once. What is recorded of an experiment is never asked for again where it is here.
/// Thread-safe.
/// </summary>
internal sealed class RemoteData(DataFolder folder, RemoteDataOptions options, IRemoteOrigin web, IRemoteOrigin objects, TimeProvider time)
{
    private const string Begun = ".fetching-";

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    public static RemoteData Of(SiloOptions options, DataFolder folder, Buckets stores, TimeProvider time) =>
        new(folder, options.RemoteData, new HttpOrigin(options.IsOfThisMachineAlone, options.RemoteData), new ObjectOrigin(stores), time);

    /// <summary>Where the copies are.</summary>
    public RemoteFiles Cache { get; } = new(folder.Datasets);

    /// <summary>The files of a spec that are remote, each with the SHA-256 that the spec asks for, or null.</summary>
    public static IReadOnlyList<(string Role, string Url, string? Sha256)> Of(ExperimentSpec spec) =>
    [
        .. from each in spec.Data.Sources
           from file in each.Source.Files.Index()
           where RemotePath.IsOne(file.Item)
           select (each.Role, file.Item, each.Source.Sha256.ElementAtOrDefault(file.Index)),
        .. spec.Weights is { } weights && RemotePath.IsOne(weights.File) ? [("weights", WeightsLoader.PathOf(weights), weights.Sha256)]
            : Array.Empty<(string, string, string?)>(),
    ];

    /// <param name="recorded">What was recorded at submit; null: the experiment is new.</param>
    /// <exception cref="DataException">Files that cannot be had now, all of them.</exception>
    public async Task Fetch(ExperimentSpec spec, DataFacts? recorded, CancellationToken cancel)
    {
        var problems = new List<string>();
        var used = new HashSet<string>();
        foreach (var (role, url, asked) in Of(spec).DistinctBy(file => file.Url))
        {
            var expected = recorded?.Files.FirstOrDefault(file => file.Path == url)?.Sha256 ?? asked;
            var turn = _turns.GetOrAdd(url, _ => new(1));
            await turn.WaitAsync(cancel);
            try
            {
                used.Add(await Fetch(url, expected, cancel));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add($"{role}: '{RemotePath.Shown(url)}' cannot be fetched: {e.Message}");
            }
            finally
            {
                turn.Release();
            }
        }

        MakeRoom(used);
        if (problems.Count > 0)
        {
            throw new DataException(problems);
        }
    }

    /// <summary>Deletes copies that are not what they are called, so that they are fetched again.</summary>
    public async Task DropDamaged(ExperimentSpec spec, DataFacts? recorded, CancellationToken cancel)
    {
        foreach (var (_, url, _) in Of(spec))
        {
            if (Cache.Find(url, recorded) is { } path && await HashOf(path, cancel) != Path.GetFileName(path))
            {
                File.Delete(path);
            }
        }
    }

    /// <returns>The SHA-256 of the content.</returns>
    private async Task<string> Fetch(string url, string? expected, CancellationToken cancel)
    {
        var known = Cache.Known(url);
        if (expected is not null && File.Exists(Cache.FileOf(expected)))
        {
            if (known?.Sha256 != expected)
            {
                Note(url, expected, "");
            }

            return expected;
        }

        var here = known is { } note && File.Exists(Cache.FileOf(note.Sha256)) ? known : null;
        // A server that is restarted, or a link that is cut, may be there again in a moment.
        return await Retries.Doubling(time, options.Attempts, options.AttemptAgain, e => e is IOException and not FileNotFoundException)
            .ExecuteAsync(async token => await FetchOnce(url, here, expected, token), cancel);
    }

    private async Task<string> FetchOnce(string url, (string Sha256, string Version)? here, string? expected, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.Combine(Cache.Root, "urls"));
        var origin = url.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) ? objects : web;
        var begun = "";
        using var remote = await origin.Open(url, here is { Version.Length: > 0 } known ? known.Version : null, version =>
        {
            begun = PartOf(url, version);
            return File.Exists(begun) ? new FileInfo(begun).Length : 0;
        }, cancel);
        if (remote is null)
        {
            return expected is null || here!.Value.Sha256 == expected ? here!.Value.Sha256 : throw Other(here.Value.Sha256, expected);
        }

        if (remote.Bytes > options.Limit)
        {
            throw new FileNotFoundException($"it has {remote.Bytes} bytes; this silo keeps {options.Limit} of remote data (--remote-data-limit).");
        }

        // Without a version nobody could say that what was begun belongs to it.
        var part = remote.Version.Length > 0 ? PartOf(url, remote.Version) : Path.Combine(Cache.Root, Begun + Guid.NewGuid().ToString("N"));
        var sha256 = await Copy(remote, part, cancel);
        if (expected is not null && sha256 != expected)
        {
            File.Delete(part);
            throw Other(sha256, expected);
        }

        File.Move(part, Cache.FileOf(sha256), overwrite: true);
        Note(url, sha256, remote.Version);
        return sha256;
    }

    private async Task<string> Copy(RemoteContent remote, string part, CancellationToken cancel)
    {
        var complete = false;
        try
        {
            await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 20);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            file.SetLength(remote.From);
            var buffer = new byte[1 << 20];
            int read;
            while ((read = await file.ReadAsync(buffer, cancel)) > 0)
            {
                hash.AppendData(buffer, 0, read);
            }

            while ((read = await Next(remote.Content, buffer, cancel)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
                if (file.Position > options.Limit)
                {
                    throw new FileNotFoundException($"it has more than the {options.Limit} bytes of remote data that this silo keeps (--remote-data-limit).");
                }
            }

            if (remote.Bytes is { } bytes && file.Position != bytes)
            {
                throw new IOException($"the connection ended after {file.Position} of {bytes} bytes.");
            }

            complete = true;
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            if (!complete && remote.Version.Length == 0)
            {
                File.Delete(part);
            }
        }
    }

    private async ValueTask<int> Next(Stream content, byte[] buffer, CancellationToken cancel)
    {
        using var slow = new CancellationTokenSource(options.SilentFor, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, slow.Token);
        try
        {
            return await content.ReadAsync(buffer, stop.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"nothing has come for {options.SilentFor.TotalSeconds:0.#} seconds.", e);
        }
    }

    /// <summary>Whole or not at all.</summary>
    private void Note(string url, string sha256, string version)
    {
        var (path, temporary) = (Cache.NoteOf(url), $"{Cache.NoteOf(url)}.{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(temporary, $"{sha256}\n{version}\n");
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Deletes the copies that were used longest ago, until all take no more than they may.</summary>
    private void MakeRoom(HashSet<string> used)
    {
        if (!Directory.Exists(Cache.Root))
        {
            return;
        }

        foreach (var sha256 in used)
        {
            // The time of writing is a copy's identity for who has read it.
            File.SetLastAccessTimeUtc(Cache.FileOf(sha256), time.GetUtcNow().UtcDateTime);
        }

        var files = new DirectoryInfo(Cache.Root).GetFiles().OrderBy(file => file.LastAccessTimeUtc).ToArray();
        var total = files.Sum(file => file.Length);
        foreach (var file in files.Where(file => !used.Contains(file.Name)))
        {
            if (total <= options.Limit)
            {
                return;
            }

            total -= file.Length;
            file.Delete();
        }
    }

    private string PartOf(string url, string version) =>
        Path.Combine(Cache.Root, Begun + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{url}\n{version}"))));

    private static FileNotFoundException Other(string sha256, string expected) =>
        new($"it is another file now: its SHA-256 is {sha256}, and {expected} is asked for. Put that file back, or submit the experiment anew.");

    private static async Task<string> HashOf(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
    }
}
