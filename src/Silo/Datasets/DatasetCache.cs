using System.Globalization;
using System.Text;
using System.Text.Json;
using Sheaf.Silo.Datasets.Remote;
using Sheaf.Silo.UserCode;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.UserCode;
using Sheaf.Training.Weights;

namespace Sheaf.Silo.Datasets;

/// <summary>
/// The rows in memory, shared by every run of the process with the same spec and the same files. Keeps the newest <see
/// cref="GenerationOptions.KeepDatasets"/>; loading runs on the thread pool. Thread-safe.
/// </summary>
internal sealed class DatasetCache(
    GenerationOptions options,
    IHostApplicationLifetime? lifetime = null,
    DatasetCache.Loader? loader = null,
    PackageCache? packages = null,
    DataCache? decoded = null,
    RemoteData? remote = null)
{
    private readonly Loader _load = loader ?? ((data, seed, recorded, cancel) => DataLoader.Load(
        data, seed, recorded, cancel, packages?.Packages, decoded, remote?.Cache));
    private readonly Lock _gate = new();
    private readonly List<Loading> _newest = [];

    /// <summary>Reads the rows: <see cref="DataLoader.Load"/>.</summary>
    public delegate DataBundle Loader(DataSpec data, long seed, DataFacts? recorded, CancellationToken cancel);

    /// <summary>Where users' classes are; null: there are none here.</summary>
    public Packages? Packages => packages?.Packages;

    /// <summary>Where large rows are decoded into; null: all are in memory.</summary>
    public DataCache? Decoded => decoded;

    /// <summary>The rows, with the facts as they were recorded; what users' code the spec names is on the disk then.</summary>
    /// <param name="recorded">Facts that the files must still match; null: they are new.</param>
    /// <exception cref="DataException">Everything that is wrong with the files, or that code is not to be had.</exception>
    public async Task<DataBundle> Load(string specYaml, string basePath, ExperimentSpec spec, DataFacts? recorded, CancellationToken cancellationToken)
    {
        if (packages is not null)
        {
            await packages.Fetch(spec, cancellationToken);
        }

        var bundle = await Rows(specYaml, basePath, spec, recorded is null ? null : recorded with { UserCode = null }, cancellationToken);
        return recorded?.UserCode is null ? bundle : bundle with { Facts = recorded };
    }

    /// <summary>Brings remote files to this silo's disk.</summary>
    /// <exception cref="DataException">Those that cannot be had now.</exception>
    public Task Fetch(ExperimentSpec spec, DataFacts? recorded, CancellationToken cancellationToken) =>
        remote?.Fetch(spec, recorded, cancellationToken) ?? Task.CompletedTask;

    private async Task<DataBundle> Rows(string specYaml, string basePath, ExperimentSpec spec, DataFacts? recorded, CancellationToken cancellationToken)
    {
        try
        {
            await Fetch(spec, recorded, cancellationToken);
        }
        catch (DataException) when (recorded is not null && InMemory(specYaml, basePath, recorded) is { } known)
        {
            // They are away; their rows are the same as they were.
            return known;
        }

        try
        {
            return await RowsThatAreHere(specYaml, basePath, spec, recorded, cancellationToken);
        }
        catch (DataException) when (remote is not null)
        {
            await remote.DropDamaged(spec, recorded, cancellationToken);
            throw;
        }
    }

    private async Task<DataBundle> RowsThatAreHere(
        string specYaml, string basePath, ExperimentSpec spec, DataFacts? recorded, CancellationToken cancellationToken)
    {
        var key = KeyOf(specYaml, basePath, spec, recorded);
        Loading loading;
        lock (_gate)
        {
            var place = _newest.FindIndex(known => known.Key == key && !known.Bundle.IsFaulted && !known.IsGivenUp);
            if (place >= 0)
            {
                loading = _newest[place];
                _newest.RemoveAt(place);
            }
            else
            {
                loading = new(key, cancel => Read(spec, recorded, cancel), lifetime?.ApplicationStopping ?? CancellationToken.None);
            }

            _newest.RemoveAll(known => known.Key == key || known.Bundle.IsFaulted);
            loading.Waiting++;
            _newest.Add(loading);
        }

        DataBundle bundle;
        try
        {
            bundle = await Wait(loading, cancellationToken);
            DropTheOldest();
        }
        catch (DataException) when (recorded is not null && InMemory(specYaml, basePath, recorded) is { } known)
        {
            // The files are away; their rows are the same as they were.
            return known;
        }

        if (recorded is not null && JsonSerializer.Serialize(bundle.Facts) != JsonSerializer.Serialize(recorded))
        {
            // Loaded for somebody else, from files that are not those of this experiment: load again, and learn by name which differ.
            return await Task.Run(() => Read(spec, recorded, cancellationToken), cancellationToken);
        }

        return bundle;
    }

    private DataBundle Read(ExperimentSpec spec, DataFacts? recorded, CancellationToken cancel) =>
        WeightsLoader.Load(spec, () => _load(spec.Data, spec.Seed, recorded, cancel), recorded, cancel, remote?.Cache);

    /// <summary>Only rows that are read take the place of others: those that cannot be read may be away, and then what is in memory is all there is.</summary>
    private void DropTheOldest()
    {
        lock (_gate)
        {
            while (_newest.Count(known => known.Bundle.IsCompletedSuccessfully) > options.KeepDatasets)
            {
                _newest.Remove(_newest.First(known => known.Bundle.IsCompletedSuccessfully));
            }
        }
    }

    /// <summary>Loading stops when the last caller that waits for it has gone.</summary>
    private async Task<DataBundle> Wait(Loading loading, CancellationToken cancellationToken)
    {
        try
        {
            return await loading.Bundle.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                if (--loading.Waiting == 0 && !loading.Bundle.IsCompleted)
                {
                    loading.GiveUp();
                    _newest.Remove(loading);
                }
            }
        }
    }

    private DataBundle? InMemory(string specYaml, string basePath, DataFacts recorded)
    {
        var facts = JsonSerializer.Serialize(recorded);
        lock (_gate)
        {
            return _newest.Where(known => known.Key.StartsWith($"{specYaml}\0{basePath}\0", StringComparison.Ordinal) && known.Bundle.IsCompletedSuccessfully)
                .Select(known => known.Bundle.Result).FirstOrDefault(bundle => JsonSerializer.Serialize(bundle.Facts) == facts);
        }
    }

    /// <summary>The spec as it was written, and what the file system says of its files: no spec shares a bundle with another by mistake.</summary>
    private string KeyOf(string specYaml, string basePath, ExperimentSpec spec, DataFacts? recorded)
    {
        var key = new StringBuilder(specYaml).Append('\0').Append(basePath);
        SourceSpec?[] sources = [spec.Data.Train, (spec.Data.Validation as ValidationSpec.Source)?.Rows, spec.Data.Test];
        string[] weights = spec.Weights is null ? [] : [WeightsLoader.PathOf(spec.Weights)];
        foreach (var name in sources.Where(source => source is not null).SelectMany(source => source!.Files).Concat(weights))
        {
            var path = RemotePath.IsOne(name) ? remote?.Cache.Find(name, recorded) ?? name : name;
            if (Directory.Exists(path))
            {
                AddFolder(key, path);
                continue;
            }

            var file = new FileInfo(path);
            key.Append('\0').Append(path).Append('\0').Append(file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "-");
        }

        return key.ToString();
    }

    /// <summary>A folder of a folder for each class; what is below them is not read.</summary>
    private static void AddFolder(StringBuilder key, string path)
    {
        var inside = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = FileAttributes.None };
        try
        {
            foreach (var file in new DirectoryInfo(path).EnumerateFiles("*", inside).OrderBy(each => each.FullName, StringComparer.Ordinal))
            {
                key.Append('\0').Append(file.FullName).Append('\0').Append(CultureInfo.InvariantCulture,
                    $"{(file.Exists ? file.Length : -1)} {file.LastWriteTimeUtc.Ticks}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is going away, or cannot be looked at: whoever reads it says so.
            key.Append('\0').Append(e.Message);
        }
    }

    /// <summary>One reading of a spec's files, which several callers may wait for. Its members are used under the gate.</summary>
    private sealed class Loading
    {
        private readonly CancellationTokenSource _end;

        public Loading(string key, Func<CancellationToken, DataBundle> load, CancellationToken stopping)
        {
            Key = key;
            _end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var end = _end.Token;
            Bundle = Task.Run(() => load(end), end);
            _ = Bundle.ContinueWith(_ => _end.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        public string Key { get; }

        public Task<DataBundle> Bundle { get; }

        public int Waiting { get; set; }

        public bool IsGivenUp { get; private set; }

        public void GiveUp()
        {
            IsGivenUp = true;
            try
            {
                _end.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended by itself.
            }
        }
    }
}
