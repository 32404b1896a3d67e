using Sheaf.Specs.Layers;

namespace Sheaf.Specs.Summaries;

/// <summary>A model before anything runs: its layers, and what a step and a worker take. Pure.</summary>
public sealed record ModelSummary
{
    private const int MostNames = 20;

    /// <summary>The shape of one sample.</summary>
    public required IReadOnlyList<int> Input { get; init; }

    /// <summary>Layers inside others come after them.</summary>
    public required IReadOnlyList<LayerSummary> Layers { get; init; }

    /// <summary>Numbers in all parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Those of them that are not trained.</summary>
    public required long Frozen { get; init; }

    /// <summary>Of one sample on its way forward; the way back takes about twice as many.</summary>
    public required double MultiplyAdds { get; init; }

    /// <summary>Bytes of the weights, in single precision.</summary>
    public required double WeightBytes { get; init; }

    /// <summary>Bytes of what a worker keeps beside them: gradient, the sum of the shards, the optimizer's state.</summary>
    public required double TrainingBytes { get; init; }

    /// <summary>Bytes of one sample on its way through the layers.</summary>
    public required double SampleBytes { get; init; }

    /// <summary>Samples that a shard has at most; null where the batch is all training rows, which are not counted here.</summary>
    public required int? ShardSamples { get; init; }

    /// <summary>What a worker cannot do without, in bytes; null where the samples of a shard are not known.</summary>
    public double? WorkerBytes => ShardSamples is { } samples ? WeightBytes + TrainingBytes + (samples * SampleBytes) : null;

    /// <exception cref="ArgumentException">
    /// The layers do not fit the input, or a pattern of <c>freeze</c> matches nothing; says which and what to do.
    /// </exception>
    public static ModelSummary Of(ExperimentSpec spec, IReadOnlyList<int> input)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(input);
        if (spec.Model is not ModelSpec.Sequential model)
        {
            throw new ArgumentException("model: only a model of layers can be summed up before it runs.");
        }

        if (model.Network?.Misfit(input) is { } misfit)
        {
            throw new ArgumentException($"model: {misfit}");
        }

        var layers = new List<LayerSummary>();
        var values = Product(input);
        var (parameters, frozen, buffers, products) = (0L, 0L, 0L, 0.0);
        var (shape, names) = (input, new List<string>());
        for (var i = 0; i < model.Layers.Count; i++)
        {
            var (plan, name) = (PlanOf(model.Layers[i], model.PlaceOf(i), shape), model.NameOf(i));
            Add(layers, spec, model.Layers[i], name, shape, plan, 0);
            names.AddRange(plan.Parameters.Select(tensor => $"{name}.{tensor.Name}"));
            parameters += layers.First(layer => layer.Number == name).Parameters;
            frozen += layers.First(layer => layer.Number == name).Frozen;
            buffers += plan.Buffers.Sum(tensor => (long)Product(tensor.Shape));
            products += plan.MultiplyAdds;
            values += plan.Inner.Append(plan.Shape).Sum(Product);
            shape = plan.Shape;
        }

        if (spec.Freeze.FirstOrDefault(pattern => !names.Exists(name => NamePattern.Matches(pattern, name))) is { } nothing)
        {
            var has = string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? ", ..." : "");
            throw new ArgumentException($"freeze: \"{nothing}\" matches no parameter; the model has {has}.");
        }

        return new()
        {
            Input = input,
            Layers = layers,
            Parameters = parameters,
            Frozen = frozen,
            MultiplyAdds = products,
            WeightBytes = sizeof(float) * (double)(parameters + buffers),
            TrainingBytes = sizeof(float) * (2.0 + spec.Optimizer.StatesPerWeight) * (parameters - frozen + buffers),
            SampleBytes = sizeof(float) * values,
            ShardSamples = spec.BatchSize is { } batch ? (batch / spec.Shards) + (batch % spec.Shards == 0 ? 0 : 1) : null,
        };
    }

    private static LayerPlan PlanOf(LayerSpec layer, string place, IReadOnlyList<int> input)
    {
        var plan = layer.Plan(input);
        return plan.Problem is { } problem ? throw new ArgumentException($"model: {place} {layer.Name} {problem}") : plan;
    }

    private static void Add(List<LayerSummary> layers, ExperimentSpec spec, LayerSpec layer, string number, IReadOnlyList<int> input, LayerPlan plan, int depth)
    {
        var frozen = plan.Parameters.Where(tensor => spec.IsFrozen($"{number}.{tensor.Name}"));
        layers.Add(new(number, layer.Name, plan.Shape, Count(plan.Parameters), Count(frozen), plan.MultiplyAdds, depth));
        foreach (var path in layer.Inside)
        {
            var shape = input;
            for (var i = 0; i < path.Layers.Count; i++)
            {
                var made = path.Layers[i].Plan(shape);
                Add(layers, spec, path.Layers[i], $"{number}.{path.NameOf(i)}", shape, made, depth + 1);
                shape = made.Shape;
            }
        }
    }

    private static long Count(IEnumerable<LayerTensor> tensors) => tensors.Sum(tensor => (long)Product(tensor.Shape));

    private static double Product(IReadOnlyList<int> shape) => shape.Aggregate(1.0, (product, size) => product * size);
}
