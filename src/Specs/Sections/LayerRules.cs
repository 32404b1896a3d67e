using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>What can be said of a list of layers before the data is known.</summary>
internal static class LayerRules
{
    private enum Shape
    {
        Unknown,
        Image,
        Vector,
    }

    public static void Check(SpecReading reading)
    {
        var keys = Combinations.Indices(reading, "model.layers").ToList();
        var layers = keys.Select(k => reading.TryGet<LayerSpec>(k, out var layer) ? layer : null).ToList();
        if (keys.Count == 0)
        {
            return;
        }

        Shapes(reading, keys, layers);
        Pools(reading, keys, layers);
        BatchNorm(reading, keys, layers);
        Output(reading, keys, layers);
    }

    private static void Shapes(SpecReading reading, List<string> keys, List<LayerSpec?> layers)
    {
        var shape = reading.TryGet<string>("data.train.format", out var format) ? format == "csv" ? Shape.Vector : Shape.Image : Shape.Unknown;
        var because = shape == Shape.Vector ? "CSV rows are vectors" : "";
        for (var i = 0; i < layers.Count; i++)
        {
            var name = reading.TryGet<string>(keys[i] + "?", out var known) ? known : "";
            switch (layers[i])
            {
                case null:
                    shape = Shape.Unknown;
                    break;
                case LayerSpec.Conv2d or LayerSpec.MaxPool or LayerSpec.AvgPool when shape == Shape.Vector:
                    reading.Reject(keys[i], $"{name} needs an image, and {because}; move it before, or remove it");
                    shape = Shape.Unknown;
                    break;
                case LayerSpec.Conv2d or LayerSpec.MaxPool or LayerSpec.AvgPool:
                    shape = Shape.Image;
                    break;
                case LayerSpec.Linear when shape == Shape.Image:
                    reading.Reject(keys[i], "linear needs a vector, and gets an image; put flatten before it");
                    shape = Shape.Vector;
                    break;
                case LayerSpec.Linear or LayerSpec.Flatten:
                    because = $"layer {i}, {name}, makes a vector";
                    shape = Shape.Vector;
                    break;
            }
        }
    }

    private static void Pools(SpecReading reading, List<string> keys, List<LayerSpec?> layers)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            var (kernel, padding, name) = layers[i] switch
            {
                LayerSpec.MaxPool pool => (pool.Kernel, pool.Padding, "max_pool"),
                LayerSpec.AvgPool pool => (pool.Kernel, pool.Padding, "avg_pool"),
                _ => (1, 0, ""),
            };
            if (padding > kernel / 2)
            {
                reading.Reject($"{keys[i]}.{name}.padding", $"{padding} is more than half the kernel of {kernel}; allowed: 0 to {kernel / 2}");
            }
        }
    }

    private static void BatchNorm(SpecReading reading, List<string> keys, List<LayerSpec?> layers)
    {
        var first = layers.FindIndex(l => l is LayerSpec.BatchNorm);
        if (first >= 0 && reading.TryGet<int>("batch_size", out var batch) && reading.TryGet<int>("shards", out var shards) && shards <= batch
            && batch / shards < 2)
        {
            reading.Reject(
                keys[first],
                $"batch_norm needs 2 samples in every shard, and a batch of {batch} over {shards} shards gives some of them 1; allowed: "
                    + $"batch_size of at least {2 * shards}, or fewer shards");
        }
    }

    private static void Output(SpecReading reading, List<string> keys, List<LayerSpec?> layers)
    {
        if (layers.Contains(null))
        {
            return;
        }

        var last = layers.FindLastIndex(l => l is LayerSpec.Linear or LayerSpec.Conv2d);
        if (last < 0)
        {
            reading.Reject("model.layers", "no layer has weights to train; add at least one linear or conv2d");
            return;
        }

        if (layers[last] is LayerSpec.Linear linear && reading.TryGet<string>("loss?", out var loss))
        {
            if (loss == "cross_entropy" && linear.Out == 1)
            {
                reading.Reject(keys[last], "cross_entropy needs an output for each class, and the last linear layer has 1; allowed: 2 or more");
            }
            else if (loss != "cross_entropy" && reading.TryGet<IReadOnlyList<string>>("data.train.target", out var targets) && linear.Out != targets.Count)
            {
                var columns = targets.Count == 1 ? "the one target column" : $"the {targets.Count} target columns";
                reading.Reject(keys[last], $"{loss} compares with {columns}, and the last linear layer has {linear.Out} outputs; allowed: {targets.Count}");
            }
        }
    }
}
