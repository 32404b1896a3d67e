using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>What can be said of a list of layers before the data is known.</summary>
internal static class LayerRules
{
    public static void Check(SpecReading reading)
    {
        var keys = Combinations.Indices(reading, "model.layers").ToList();
        var layers = keys.Select(k => reading.TryGet<LayerSpec>(k, out var layer) ? layer : null).ToList();
        var network = reading.TryGet<NetworkSpec>("model.network", out var named) ? named : null;
        if (keys.Count == 0 && network is null)
        {
            return;
        }

        SampleShape? shape = reading.TryGet<string>("data.train.format", out var format)
            ? format switch { "csv" or "parquet" => SampleShape.Vector, "class" or "numpy" or "text" => null, _ => SampleShape.Image }
            : null;
        if (network is not null && shape == SampleShape.Vector)
        {
            reading.Reject("model.network", $"{network.Name} needs images, and CSV rows are vectors; use layers, or a format of images");
        }

        shape = network is null ? shape : SampleShape.Vector;
        var because = network is not null ? $"{network.Name} makes a vector" : shape == SampleShape.Vector ? "CSV rows are vectors" : "";
        Shapes(reading, keys, layers, shape, because);
        Pools(reading, keys, layers);
        BatchNorm(reading, keys, layers);
        Output(reading, keys, layers, network);
    }

    /// <summary>Of layers inside others as well; a shape that is not known is not judged.</summary>
    private static SampleShape? Shapes(SpecReading reading, List<string> keys, List<LayerSpec?> layers, SampleShape? shape, string because)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i] is not { } layer)
            {
                shape = null;
                continue;
            }

            var byPlace = layer.WorksByPlace && (shape is null or SampleShape.Sequence);
            var misfit = layer.Takes is { } taken && shape is { } given && taken != given && !byPlace;
            if (misfit)
            {
                reading.Reject(keys[i], (layer.Takes, shape) switch
                {
                    (SampleShape.Vector, SampleShape.Sequence) =>
                        $"{layer.Name} needs a vector, and gets a sequence; put sequence_pool or flatten before it",
                    (SampleShape.Vector, _) => $"{layer.Name} needs a vector, and gets {Article(shape)}; put flatten before it",
                    (SampleShape.Sequence, SampleShape.Vector) when layer is not LayerSpec.Conv1d => $"{layer.Name} needs a sequence [length, width], and gets "
                        + "a vector; put an embedding of whole numbers before it, or a reshape",
                    (_, SampleShape.Vector) when because.Length > 0 => $"{layer.Name} needs {Article(layer.Takes, layer)}, and {because}; move it before, or "
                        + "remove it",
                    _ => $"{layer.Name} needs {Article(layer.Takes, layer)}, and gets {Article(shape)}; put a reshape before it",
                });
            }

            var (inside, mistakes) = (shape, reading.Mistakes);
            foreach (var path in layer.Inside)
            {
                List<string> places = [.. Enumerable.Range(0, path.Layers.Count).Select(place => $"{keys[i]}.{layer.Name}.{path.NameOf(place)}")];
                List<LayerSpec?> those = [.. path.Layers];
                var made = Shapes(reading, places, those, shape, because);
                Pools(reading, places, those);
                inside = path == layer.Inside[0] ? made : inside;
            }

            shape = byPlace ? shape
                : layer.Makes ?? (layer.Inside.Count > 0 ? reading.Mistakes > mistakes ? null : inside : misfit ? null : layer.Takes ?? shape);
            because = layer.Makes == SampleShape.Vector && !byPlace ? $"layer {i}, {layer.Name}, makes a vector" : because;
        }

        return shape;
    }

    private static string Article(SampleShape? shape, LayerSpec? layer = null) => shape switch
    {
        SampleShape.Vector => "a vector",
        SampleShape.Sequence => layer is null ? "a sequence" : layer is LayerSpec.Conv1d ? "a sequence [channels, length]" : "a sequence [length, width]",
        _ => "an image",
    };

    private static void Pools(SpecReading reading, List<string> keys, List<LayerSpec?> layers)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            var (kernel, padding) = layers[i] switch
            {
                LayerSpec.MaxPool pool => (pool.Kernel, pool.Padding),
                LayerSpec.AvgPool pool => (pool.Kernel, pool.Padding),
                _ => (1, 0),
            };
            if (padding > kernel / 2)
            {
                reading.Reject($"{keys[i]}.{layers[i]!.Name}.padding", $"{padding} is more than half the kernel of {kernel}; allowed: 0 to {kernel / 2}");
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

    private static void Output(SpecReading reading, List<string> keys, List<LayerSpec?> layers, NetworkSpec? network)
    {
        if (layers.Contains(null))
        {
            return;
        }

        var last = layers.FindLastIndex(l => l is { HasWeights: true });
        if (last < 0 && network is { Head: false })
        {
            reading.Reject(
                "model.network",
                $"{network.Name} without its head gives {network.Features} features; put a layer behind it, such as layers: [{{linear: 10}}], or remove "
                    + "head");
            return;
        }

        if (last < 0 && network is null)
        {
            reading.Reject("model.layers", "no layer has weights to train; add at least one linear or conv2d");
            return;
        }

        if (!reading.TryGet<LossSpec>("loss", out var loss))
        {
            return;
        }

        if (last < 0)
        {
            OutputWidth(reading, $"model.network.{network!.Name}.classes", loss, network.Classes);
        }
        else if (layers[last] is LayerSpec.Linear linear)
        {
            OutputWidth(reading, keys[last], loss, linear.Out);
        }

        // A network counts as the linear layer that it ends with.
        LayerSpec before = network is null ? new LayerSpec.Flatten() : new LayerSpec.Linear(1);
        LastLayer(reading, [.. keys.Prepend("model.network")], [.. layers.Prepend(before)], loss);
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
        var last = layers.FindLastIndex(layer => layer is not (LayerSpec.Flatten or LayerSpec.Reshape));
        if (loss.LastLayers.Count > 0 && last >= 0 && !(reading.TryGet<string>(keys[last] + "?", out var name) && loss.LastLayers.Contains(name)))
        {
            reading.Reject(
                keys[last],
                $"{loss.Name} takes {loss.Outputs}, which the last layer does not make; end the model with {string.Join(" or ", loss.LastLayers)}, "
                    + $"or use "
                    + $"{(loss.Predicts == PredictionKind.YesOrNo ? "binary_cross_entropy_with_logits" : "another loss, such as cross_entropy for classes")}");
        }
    }
}
