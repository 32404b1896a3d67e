using static TorchSharp.torch;

namespace Sheaf.Sdk.Testing;

/// <summary>The batches of a run, and their shards. Thread-safe as far as the dataset is.</summary>
internal sealed class HarnessRows
{
    private readonly IDataset _rows;
    private readonly int _shards;
    private readonly int[] _order;

    public HarnessRows(IDataset rows, HarnessOptions options)
    {
        if (rows.Count < 1 || rows.FeatureShape.Count == 0 || rows.FeatureShape.Any(size => size < 1))
        {
            throw new InvalidOperationException(
                $"{rows.GetType().Name} has {rows.Count} rows of the shape [{string.Join(", ", rows.FeatureShape)}]; it needs 1 row or more, and "
                    + "sizes of 1 or more.");
        }

        (_rows, _shards, BatchSize) = (rows, options.Shards, Math.Min(options.BatchSize, rows.Count));
        _order = [.. Enumerable.Range(0, rows.Count)];
        new Random(unchecked((int)options.Seed)).Shuffle(_order);
        Targets = rows.Classes is null ? rows.TargetShape.Aggregate(1, (product, size) => product * size) : 1;
    }

    public int BatchSize { get; }

    public int Targets { get; }

    public ModelInput Input => new() { Shape = _rows.FeatureShape, Classes = _rows.Classes, Targets = Targets };

    /// <summary>Samples of a shard: floor(b / S), and one more for the first of them.</summary>
    public int SizeOf(int shard) => (BatchSize / _shards) + (shard < BatchSize % _shards ? 1 : 0);

    /// <summary>Of the caller's dispose scope.</summary>
    public (Tensor Features, Tensor Targets) Read(int step, int shard)
    {
        var samples = SizeOf(shard);
        var first = ((long)step * BatchSize) + Enumerable.Range(0, shard).Sum(SizeOf);
        var width = _rows.FeatureShape.Aggregate(1, (product, size) => product * size);
        var integers = _rows.Classes is not null || _rows.TargetsAreIntegers;
        var (floats, longs) = (new float[_rows.FeaturesAreIntegers ? 0 : samples * width], new long[_rows.FeaturesAreIntegers ? samples * width : 0]);
        var (targets, others) = (new float[integers ? 0 : samples * Targets], new long[integers ? samples * Targets : 0]);
        for (var i = 0; i < samples; i++)
        {
            _rows.Read(_order[(first + i) % _order.Length], new()
            {
                Features = floats.Length == 0 ? [] : floats.AsSpan(i * width, width),
                FeatureIntegers = longs.Length == 0 ? [] : longs.AsSpan(i * width, width),
                Targets = targets.Length == 0 ? [] : targets.AsSpan(i * Targets, Targets),
                TargetIntegers = others.Length == 0 ? [] : others.AsSpan(i * Targets, Targets),
            });
        }

        long[] shape = [samples, .. _rows.FeatureShape.Select(size => (long)size)];
        long[] wanted = _rows.Classes is not null ? [samples] : [samples, .. _rows.TargetShape.Select(size => (long)size)];
        return (_rows.FeaturesAreIntegers ? tensor(longs, shape) : tensor(floats, shape), integers ? tensor(others, wanted) : tensor(targets, wanted));
    }
}
