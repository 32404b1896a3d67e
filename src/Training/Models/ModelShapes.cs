using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Models;

/// <summary>
/// Checks a model against its data before anything runs, and infers every input size. Pure: no tensor is made, so a server can refuse a spec at once.
/// </summary>
public static class ModelShapes
{
    /// <summary>Samples that an evaluation takes at once. Part of its figures' bits: kernels may round differently for another number.</summary>
    public const int EvaluationRows = 250;

    /// <summary>
    /// Everything that is wrong with the spec's model for its data, each with the fix and, where a row is the cause, with that row; empty when it can train.
    /// </summary>
    public static IReadOnlyList<string> Check(ExperimentSpec spec, DataFacts facts) =>
        Infer(spec, facts.Shape, facts.Classes, facts.TargetWidth, facts.TrainCount, facts, facts.UserCode).Problems;

    /// <summary>As <see cref="Check(ExperimentSpec, DataFacts)"/>, for rows of which nothing but the shape is known.</summary>
    /// <param name="shape">Of one row: [columns] or [channels, height, width].</param>
    /// <param name="classes">Null where the targets are numbers.</param>
    /// <param name="trainCount">Training rows; null where it is not known yet.</param>
    /// <param name="targets">Numbers to predict for a row.</param>
    public static IReadOnlyList<string> Check(ExperimentSpec spec, IReadOnlyList<int> shape, int? classes, int? trainCount = null, int targets = 1) =>
        Infer(spec, shape, classes, targets, trainCount, null, null).Problems;

    /// <exception cref="ArgumentException">The model does not fit its data; the message holds every problem.</exception>
    public static ModelPlan Plan(ExperimentSpec spec, DataFacts facts) =>
        Sound(Infer(spec, facts.Shape, facts.Classes, facts.TargetWidth, null, null, facts.UserCode));

    /// <summary>As <see cref="Plan(ExperimentSpec, DataFacts)"/>, for a model of layers and rows of which nothing but the shape is known.</summary>
    public static ModelPlan Plan(ExperimentSpec spec, IReadOnlyList<int> shape, int? classes, int targets = 1) =>
        Sound(Infer(spec, shape, classes, targets, null, null, null));

    private static ModelPlan Sound((ModelPlan? Plan, IReadOnlyList<string> Problems) inferred) =>
        inferred.Plan ?? throw new ArgumentException(string.Join(Environment.NewLine, inferred.Problems));

    private static (ModelPlan? Plan, IReadOnlyList<string> Problems) Infer(
        ExperimentSpec spec, IReadOnlyList<int> shape, int? classes, int targets, int? trainCount, DataFacts? facts, UserCodeFacts? own)
    {
        var problems = new List<string>();
        if (spec.UserCode.Any(each => !each.Key.StartsWith("data.", StringComparison.Ordinal)) && own is null)
        {
            return (null, ["model: its classes were not tried."]);
        }

        var walk = own?.Model is { } tried ? ShapeWalk.Of(tried, shape, problems) : new ShapeWalk(shape, problems);
        if (spec.Model is ModelSpec.Sequential model)
        {
            walk.AddAll(model);
        }

        CheckIntegers(spec, facts, problems);
        var places = spec.Loss.WantsClasses ? targets : 1;
        var width = walk.Known ? Math.Max(1, walk.Shape.Aggregate(1, (product, size) => checked(product * size)) / places) : 1;
        if (walk.Known && spec.Loss.Predicts != PredictionKind.Other)
        {
            CheckOutput(spec, walk.Shape, classes, targets, facts, problems);
        }

        CheckFreeze(spec, walk, problems);
        CheckBatchNorm(spec, walk, trainCount, problems);
        CheckLength(spec, walk, width, own, problems);
        CheckRows(spec, walk, shape, trainCount, problems);
        if (problems.Count > 0)
        {
            return (null, problems);
        }

        return (new()
        {
            Inputs = walk.Inputs,
            Inside = walk.Inside,
            Output = walk.Shape,
            Parameters = [.. walk.Parameters.Where(tensor => !spec.IsFrozen(tensor.Name))],
            Frozen = [.. walk.Parameters.Where(tensor => spec.IsFrozen(tensor.Name))],
            State = [.. walk.Parameters, .. walk.Buffers],
            Buffers = walk.Buffers,
            Scalars = StepScalars.Floats,
            Counters = own?.Model?.Counters,
            Places = places,
            Sums = checked((int)(spec.Shards * StepScalars.CountOf(spec, width, own) * Ledger.DigestSlots.Width)),
            Digests = spec.Shards * Ledger.DigestSlots.Width,
        }, problems);
    }

    private static void CheckOutput(ExperimentSpec spec, IReadOnlyList<int> output, int? classes, int targets, DataFacts? facts, List<string> problems)
    {
        var network = spec.Model is ModelSpec.Sequential { Network: { Head: true } named } model
            && model.NameOf(model.Layers.Count - 1) == named.Path().Names![^1]
            ? named : null;
        var end = network is not null ? $"give {network.Name} classes:"
            : output.Count == 2 ? "put sequence_pool or flatten before its end, and end it with linear:" : "end the model with linear:";
        var last = $"{spec.Model.UserName ?? network?.Name ?? "the last layer"} gives [{string.Join(", ", output)}]";
        if (spec.Loss.WantsClasses)
        {
            CheckClasses(spec.Loss, output, last, end, classes, targets, facts, problems);
        }
        else
        {
            CheckTargets(spec.Loss, output, last, end, targets, facts, problems);
        }

        foreach (var metric in spec.Metrics.Where(metric => !metric.Judges(spec.Loss.Predicts)))
        {
            problems.Add($"metrics: {metric.Name} cannot judge what the loss {spec.Loss.Name} predicts; remove it, or use another loss.");
        }

        foreach (var metric in spec.Loss.WantsClasses ? spec.Metrics : [])
        {
            if (metric.Misfit(output[^1]) is { } misfit)
            {
                problems.Add($"metrics: {metric.Name} {misfit}");
            }
        }
    }

    /// <summary>Places in a vocabulary are no quantities: only an embedding takes them, and only classes are compared with them.</summary>
    private static void CheckIntegers(ExperimentSpec spec, DataFacts? facts, List<string> problems)
    {
        if (facts is { FeaturesAreIntegers: true } && spec.Model is ModelSpec.Sequential { Layers: [{ Name: not "embedding" } first, ..] })
        {
            problems.Add($"model: layers[0] {first.Name} takes numbers, and the rows are integers, places in a vocabulary of {facts.Classes ?? 256}; begin the "
                + "model with embedding.");
        }

        if (facts is { TargetsAreIntegers: true } && !spec.Loss.WantsClasses && spec.Loss.Predicts != PredictionKind.Other)
        {
            problems.Add($"loss: {spec.Loss.Name} compares numbers, and the targets are integers, places in a vocabulary; use cross_entropy.");
        }
    }

    private static void CheckClasses(
        LossSpec loss, IReadOnlyList<int> output, string last, string end, int? classes, int places, DataFacts? facts, List<string> problems)
    {
        if (classes is not null && places > 1)
        {
            if (output.Count != 2 || output[0] != places || output[1] < classes)
            {
                problems.Add($"model: {last} a sample, but a class of {classes} is predicted at each of {places} places; end the model with a layer that gives "
                    + $"[{places}, {classes}].");
            }
            else if (loss.ClassWeights is { } each && each.Count != output[1])
            {
                problems.Add($"loss: class_weights has {each.Count} values, but the model has {output[1]} outputs at each place; they must be as many.");
            }

            return;
        }

        if (classes is null)
        {
            problems.Add(facts?.NotClasses is { } other
                ? $"loss: {loss.Name} needs classes, but {other}. Correct that value, or use mean_squared_error where the target is a quantity."
                : $"loss: {loss.Name} needs classes 0, 1, 2, ..., but the targets of the data are numbers; use mean_squared_error, or a target column "
                    + "of whole numbers.");
        }
        else if (output.Count == 1 && output[0] < classes && facts?.LargestClass is { } largest)
        {
            problems.Add($"model: {last} a sample, the classes 0 to {output[0] - 1}, but "
                + $"{OutOfRange(largest, facts.AbsentClasses)} Correct that value, or {end} {classes}.");
        }
        else if (output.Count != 1 || output[0] < classes)
        {
            problems.Add($"model: {last} a sample, but the data has {classes} classes; {end} {classes}.");
        }
        else if (loss.ClassWeights is { } weights && weights.Count != output[0])
        {
            problems.Add(
                $"loss: class_weights has {weights.Count} values, but the model has {output[0]} outputs, the classes 0 to {output[0] - 1}; they must be "
                    + "as many.");
        }
    }

    private static void CheckTargets(
        LossSpec loss, IReadOnlyList<int> output, string last, string end, int count, DataFacts? facts, List<string> problems)
    {
        var wanted = count * loss.OutputsPerTarget;
        if (count < loss.MinTargets)
        {
            problems.Add(
                $"loss: {loss.Name} compares all outputs of a sample with as many targets, {loss.MinTargets} or more, and a row has {count}.");
        }
        else if (output.Count != 1 || output[0] != wanted)
        {
            problems.Add(wanted == 1
                ? $"model: {last} a sample, but the target is one number; {end} 1."
                : loss.OutputsPerTarget == 1
                ? $"model: {last} a sample, but the target is {count} numbers; {end} {count}."
                : $"model: {last} a sample, but {loss.Name} needs {loss.OutputsPerTarget} outputs for each target; "
                    + $"{end} {wanted}.");
        }

        if (facts?.Targets is { } targets && targets.Outside(loss.SmallestTarget, loss.LargestTarget) is { } outside)
        {
            var range = double.IsInfinity(loss.LargestTarget) ? $"of at least {loss.SmallestTarget:R}" : $"from {loss.SmallestTarget:R} to "
                + $"{loss.LargestTarget:R}";
            problems.Add($"loss: {loss.Name} needs targets {range}, but {outside}. Correct that value, or use another loss.");
        }
    }

    /// <summary>What a step reduces beside the weights needs place in the same buffer.</summary>
    private static void CheckLength(ExperimentSpec spec, ShapeWalk walk, int width, UserCodeFacts? own, List<string> problems)
    {
        var floats = ModelPlan.FloatsOf(walk.Parameters.Concat(walk.Buffers));
        var rest = StepScalars.Floats + (spec.Shards * (StepScalars.CountOf(spec, width, own) + 1) * Ledger.DigestSlots.Width);
        if (floats + rest > ModelPlan.MaxFloats)
        {
            problems.Add(
                $"model: the layers have {floats:N0} weights and statistics; with {spec.Shards} shards at most {ModelPlan.MaxFloats - rest:N0} are possible.");
        }
    }

    /// <summary>The rows of a shard, and what becomes of them, lie in tensors whose bytes are counted with 32 bits.</summary>
    private static void CheckRows(ExperimentSpec spec, ShapeWalk walk, IReadOnlyList<int> shape, int? trainCount, List<string> problems)
    {
        const long Most = int.MaxValue / sizeof(float);
        if (!walk.Known)
        {
            return;
        }

        var widest = new[] { shape, walk.Shape }.Max(each => each.Aggregate(1.0, (product, size) => product * size));
        if (widest * EvaluationRows > Most)
        {
            problems.Add($"model: a sample or its output has {widest:N0} values; at most {Most / EvaluationRows:N0} are possible, as {EvaluationRows} "
                + "samples are evaluated at once.");
        }
        else if (trainCount is { } rows)
        {
            var batch = Math.Min(spec.BatchSize ?? rows, rows);
            var largest = (batch / spec.Shards) + (batch % spec.Shards == 0 ? 0 : 1);
            if (widest * largest > Most)
            {
                problems.Add(
                    $"batch_size: a shard has up to {largest:N0} samples of {widest:N0} values, and at most {Most:N0} values are possible; "
                    + $"choose a batch_size of at most {(long)(Most / widest) * spec.Shards:N0}, or more shards.");
            }
        }
    }

    private static void CheckFreeze(ExperimentSpec spec, ShapeWalk walk, List<string> problems)
    {
        if (!walk.Known)
        {
            return;
        }

        var names = walk.Parameters.Select(tensor => tensor.Name).ToList();
        var has = string.Join(", ", names.Take(20)) + (names.Count > 20 ? ", ..." : "");
        problems.AddRange(spec.Freeze.Where(pattern => !names.Exists(name => NamePattern.Matches(pattern, name)))
            .Select(pattern => $"freeze: \"{pattern}\" matches no parameter; the model has {has}."));
        problems.AddRange(spec.ParameterGroups.SelectMany((group, place) => group.Parameters.Select(pattern => (pattern, place)))
            .Where(each => !names.Exists(name => NamePattern.Matches(each.pattern, name)))
            .Select(each => $"parameter_groups: \"{each.pattern}\" of group {each.place} matches no parameter; the model has {has}."));
        if (names.TrueForAll(spec.IsFrozen))
        {
            problems.Add($"freeze: every parameter is frozen, so that there is nothing to train; leave one of {has} out.");
        }
    }

    private static string OutOfRange(ClassPlace largest, IReadOnlyList<int> absent)
    {
        var more = largest.Rows > 1 ? $", as have {largest.Rows - 1} more rows" : "";
        var gaps = absent.Count > 0
            ? $"; of the classes below it no row has {string.Join(", ", absent)}{(absent.Count == DataFacts.MaxAbsent ? ", ..." : "")}"
            : "";
        return $"{largest.Place} has class {largest.Class}{more}{gaps}.";
    }

    /// <summary>Statistics of a single value have no variance: PyTorch refuses them, and so does the spec, before the first short batch finds out.</summary>
    private static void CheckBatchNorm(ExperimentSpec spec, ShapeWalk walk, int? trainCount, List<string> problems)
    {
        if (walk.SingleValueNorms.Count == 0 || trainCount is not { } rows)
        {
            return;
        }

        var batch = Math.Min(spec.BatchSize ?? rows, rows);
        var last = rows % batch == 0 ? batch : rows % batch;
        foreach (var size in new[] { batch, last }.Distinct())
        {
            // Shards hold size / S samples or one more: a single one where 0 < size < 2 S.
            if (size < 2L * spec.Shards)
            {
                var which = size == batch ? $"a batch of {size}" : $"the last batch of an epoch ({rows} rows, {size} left over)";
                problems.Add(
                    $"model: {string.Join(", ", walk.SingleValueNorms)} normalises over the samples of a shard, "
                        + $"but {which} on {spec.Shards} shards leaves a shard with one sample; "
                    + $"choose batch_size and shards so that every batch, the last included, has at least {2 * spec.Shards} samples.");
                break;
            }
        }
    }
}
