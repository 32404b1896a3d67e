using System.Text;
using System.Text.Json;
using Sheaf.Contracts.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Silo.Datasets;

/// <summary>
/// The rows in memory, shared by every run of the process with the same spec and the same files. Keeps the newest <see cref="Kept"/>; loading runs on the thread
/// pool. Thread-safe.
/// </summary>
internal sealed class DatasetCache
{
    /// <summary>Bundles that stay in memory though nobody uses them.</summary>
    public const int Kept = 2;

    private readonly Lock _gate = new();
    private readonly List<(string Key, Task<DataBundle> Bundle)> _newest = [];

    /// <param name="recorded">Facts that the files must still match; null: they are new.</param>
    /// <exception cref="DataException">Everything that is wrong with the files.</exception>
    public async Task<DataBundle> Load(string specYaml, string basePath, ExperimentSpec spec, DataFacts? recorded, CancellationToken cancellationToken)
    {
        var key = KeyOf(specYaml, basePath, spec);
        Task<DataBundle> loading;
        lock (_gate)
        {
            var place = _newest.FindIndex(known => known.Key == key && !known.Bundle.IsFaulted && !known.Bundle.IsCanceled);
            if (place >= 0)
            {
                loading = _newest[place].Bundle;
                _newest.RemoveAt(place);
            }
            else
            {
                // Not with the caller's token: another caller may wait for the same bundle.
                loading = Task.Run(() => DataLoader.Load(spec.Data, spec.Seed, recorded, CancellationToken.None), CancellationToken.None);
            }

            _newest.RemoveAll(known => known.Key == key);
            _newest.Add((key, loading));
            if (_newest.Count > Kept)
            {
                _newest.RemoveAt(0);
            }
        }

        var bundle = await loading.WaitAsync(cancellationToken);
        if (recorded is not null && JsonSerializer.Serialize(bundle.Facts) != JsonSerializer.Serialize(recorded))
        {
            // Loaded for somebody else, from files that are not those of this experiment: load again, and learn by name which differ.
            return await Task.Run(() => DataLoader.Load(spec.Data, spec.Seed, recorded, cancellationToken), cancellationToken);
        }

        return bundle;
    }

    /// <summary>The spec as it was written, and what the file system says of its files: no spec shares a bundle with another by mistake.</summary>
    private static string KeyOf(string specYaml, string basePath, ExperimentSpec spec)
    {
        var key = new StringBuilder(specYaml).Append('\0').Append(basePath);
        SourceSpec?[] sources = [spec.Data.Train, (spec.Data.Validation as ValidationSpec.Source)?.Rows, spec.Data.Test];
        foreach (var path in sources.Where(source => source is not null).SelectMany(source => source!.Files))
        {
            var file = new FileInfo(path);
            key.Append('\0').Append(path).Append('\0').Append(file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "-");
        }

        return key.ToString();
    }
}
