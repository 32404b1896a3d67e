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

        if (!reading.TryGet<LossSpec>("loss", out var loss))
        {
            return;
        }

        if (layers[last] is LayerSpec.Linear linear)
        {
            OutputWidth(reading, keys[last], loss, linear.Out);
        }

        LastLayer(reading, keys, layers, loss);
    }

    private static void OutputWidth(SpecReading reading, string key, LossSpec loss, int outputs)
    {
        if (loss.WantsClasses && outputs == 1)
        {
            reading.Reject(key, $"{loss.Name} needs an output for each class, and the last linear layer has 1; allowed: 2 or more");
        }
        else if (loss.ClassWeights is { } weights && weights.Count != outputs)
        {
            reading.Reject($"loss.{loss.Name}.class_weights", $"{weights.Count} weights for {outputs} classes, the outputs of the model; they must be as many");
        }
        else if (!loss.WantsClasses && Targets(reading) is { } targets && loss.MinTargets <= targets && outputs != targets * loss.OutputsPerTarget)
        {
            reading.Reject(
                key,
                $"{loss.Name} compares with {(targets == 1 ? "the one target column" : $"{targets} target columns")}, and the last linear layer has {outputs} "
                    + $"{(outputs == 1 ? "output" : "outputs")}; allowed: {targets * loss.OutputsPerTarget}");
        }

        if (!loss.WantsClasses && Targets(reading) is { } few && few < loss.MinTargets)
        {
            reading.Reject("loss", $"{loss.Name} compares all outputs of a sample with as many targets, {loss.MinTargets} or more, and the rows have {few}");
        }
    }

    /// <summary>Target columns; <c>null</c> where not known from the spec.</summary>
    private static int? Targets(SpecReading reading) => reading.TryGet<IReadOnlyList<string>>("data.train.target", out var targets) ? targets.Count : null;

    private static void LastLayer(SpecReading reading, List<string> keys, List<LayerSpec?> layers, LossSpec loss)
    {
        var last = layers.FindLastIndex(layer => layer is not LayerSpec.Flatten);
        if (loss.LastLayers.Count > 0 && last >= 0 && !(reading.TryGet<string>(keys[last] + "?", out var name) && loss.LastLayers.Contains(name)))
        {
            reading.Reject(
                keys[last],
                $"{loss.Name} takes {loss.Outputs}, which the last layer does not make; end the model with {string.Join(" or ", loss.LastLayers)}, "
                    + $"or use {(loss.Predicts == PredictionKind.YesOrNo ? "binary_cross_entropy_with_logits" : "another loss, such as cross_entropy for classes")}");
        }
    }
}
