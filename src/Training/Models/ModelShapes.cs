using Sheaf.Specs;
using Sheaf.Training.Data;

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
        Infer(spec, facts.Shape, facts.Classes, facts.TargetWidth, facts.TrainCount, facts).Problems;

    /// <summary>As <see cref="Check(ExperimentSpec, DataFacts)"/>, for rows of which nothing but the shape is known.</summary>
    /// <param name="shape">Of one row: [columns] or [channels, height, width].</param>
    /// <param name="classes">Null where the targets are numbers.</param>
    /// <param name="trainCount">Training rows; null where it is not known yet.</param>
    /// <param name="targets">Numbers to predict for a row.</param>
    public static IReadOnlyList<string> Check(ExperimentSpec spec, IReadOnlyList<int> shape, int? classes, int? trainCount = null, int targets = 1) =>
        Infer(spec, shape, classes, targets, trainCount, null).Problems;

    /// <exception cref="ArgumentException">The model does not fit its data; the message holds every problem.</exception>
    public static ModelPlan Plan(ExperimentSpec spec, IReadOnlyList<int> shape, int? classes, int targets = 1)
    {
        var (plan, problems) = Infer(spec, shape, classes, targets, null, null);
        return problems.Count == 0 ? plan! : throw new ArgumentException(string.Join(Environment.NewLine, problems));
    }

    private static (ModelPlan? Plan, IReadOnlyList<string> Problems) Infer(
        ExperimentSpec spec, IReadOnlyList<int> shape, int? classes, int targets, int? trainCount, DataFacts? facts)
    {
        var problems = new List<string>();
        var walk = new ShapeWalk(shape, problems);
        foreach (var layer in ((ModelSpec.Sequential)spec.Model).Layers)
        {
            walk.Add(layer);
        }

        if (walk.Known)
        {
            CheckOutput(spec, walk.Shape, classes, targets, facts, problems);
        }

        CheckBatchNorm(spec, walk, trainCount, problems);
        CheckLength(spec, walk, problems);
        CheckRows(spec, walk, shape, trainCount, problems);
        if (problems.Count > 0)
        {
            return (null, problems);
        }

        return (new()
        {
            Inputs = walk.Inputs,
            Output = walk.Shape,
            Parameters = walk.Parameters,
            Buffers = walk.Buffers,
            Scalars = StepScalars.Floats,
            Sums = spec.Shards * StepScalars.CountOf(spec) * Ledger.DigestSlots.Width,
            Digests = spec.Shards * Ledger.DigestSlots.Width,
        }, problems);
    }

    private static void CheckOutput(ExperimentSpec spec, IReadOnlyList<int> output, int? classes, int targets, DataFacts? facts, List<string> problems)
    {
        var last = $"[{string.Join(", ", output)}]";
        switch (spec.Loss)
        {
            case LossSpec.CrossEntropy when classes is null:
                problems.Add(facts?.NotClasses is { } other
                    ? $"loss: cross_entropy needs classes, but {other}. Correct that value, or use mean_squared_error where the target is a quantity."
                    : "loss: cross_entropy needs classes 0, 1, 2, ..., but the targets of the data are numbers; use mean_squared_error, or a target column of whole numbers.");
                break;
            case LossSpec.CrossEntropy when output.Count == 1 && output[0] < classes && facts?.LargestClass is { } largest:
                problems.Add($"model: the last layer gives {last} a sample, the classes 0 to {output[0] - 1}, but {OutOfRange(largest, facts.AbsentClasses)} Correct that value, or end the model with linear: {classes}.");
                break;
            case LossSpec.CrossEntropy when output.Count != 1 || output[0] < classes:
                problems.Add($"model: the last layer gives {last} a sample, but the data has {classes} classes; end the model with linear: {classes}.");
                break;
            case LossSpec.MeanSquaredError or LossSpec.MeanAbsoluteError when output is not [var width] || width != targets:
                problems.Add(
                    $"model: the last layer gives {last} a sample, but the target is {(targets == 1 ? "one number" : $"{targets} numbers")}; end the model with linear: {targets}.");
                break;
        }

        if (spec.Loss is LossSpec.CrossEntropy && spec.Metrics.Any(metric => metric != MetricKind.Accuracy))
        {
            problems.Add("metrics: with the loss cross_entropy the only metric is accuracy; the others compare numbers.");
        }

        if (targets > 1 && spec.Metrics.Contains(MetricKind.RSquared))
        {
            problems.Add($"metrics: r_squared is of one target, and there are {targets}; use mean_squared_error, or train on one target column.");
        }

        if (spec.Loss is not LossSpec.CrossEntropy && spec.Metrics.Contains(MetricKind.Accuracy))
        {
            problems.Add("metrics: accuracy needs classes, which only the loss cross_entropy has; use mean_absolute_error or r_squared.");
        }
    }

    /// <summary>What a step reduces beside the weights needs place in the same buffer.</summary>
    private static void CheckLength(ExperimentSpec spec, ShapeWalk walk, List<string> problems)
    {
        var floats = ModelPlan.FloatsOf(walk.Parameters.Concat(walk.Buffers));
        var rest = StepScalars.Floats + ((long)spec.Shards * (StepScalars.CountOf(spec) + 1) * Ledger.DigestSlots.Width);
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
            problems.Add($"model: a sample or its output has {widest:N0} values; at most {Most / EvaluationRows:N0} are possible, as {EvaluationRows} samples are evaluated at once.");
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
