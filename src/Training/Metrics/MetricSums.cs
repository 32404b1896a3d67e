using Sheaf.Sdk;
using Sheaf.Specs;
using Sheaf.Training.Losses;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Metrics;

/// <summary>
/// Sums a batch's metrics from its outputs, in the spec's order. Plain loops: outputs are small, and a dozen operators would cost more than the model's last
/// layer. Used by one thread at a time.
/// </summary>
internal sealed class MetricSums
{
    private readonly Loss _loss;
    private readonly int _outputs;
    private readonly Metric[] _metrics;
    private int[] _predicted = [];
    private int[] _actual = [];
    private float[] _numbers = [];

    /// <param name="outputs">Of the model, for one sample, or one place of it.</param>
    /// <param name="facts">What the trial of the user's own classes found.</param>
    /// <param name="packages">Where they are.</param>
    public MetricSums(ExperimentSpec spec, Loss loss, int outputs, UserCodeFacts? facts = null, Packages? packages = null)
    {
        (_loss, _outputs) = (loss, outputs);
        var own = 0;
        _metrics =
        [
            .. spec.Metrics.Select(metric => metric is MetricSpec.OfClass { Class: var user }
                ? new UserMetric(packages!.Create<IMetric>(user, user.Arguments), facts!.MetricWidths[own++])
                : OwnOf(metric, spec, outputs, loss.Places)),
        ];
    }

    /// <summary>How many sums the metrics of a spec need.</summary>
    public static long WidthOf(ExperimentSpec spec, int outputs, UserCodeFacts? facts = null) =>
        spec.Metrics.Where(metric => metric is not MetricSpec.OfClass).Sum(metric => OwnOf(metric, spec, outputs, 1).Width) + (facts?.MetricWidths.Sum() ?? 0);

    public bool AreNone => _metrics.Length == 0;

    public long Width => _metrics.Sum(metric => metric.Width);

    /// <summary>Adds to the metrics' sums, and to the classes' correct and all samples where <paramref name="correct"/> is not empty.</summary>
    public void AddClasses(ReadOnlySpan<float> outputs, ReadOnlySpan<long> targets, Span<double> sums, Span<double> correct, Span<double> samples)
    {
        Grow(targets.Length);
        for (var row = 0; row < targets.Length; row++)
        {
            var target = (int)targets[row];
            (_predicted[row], _actual[row]) = (ArgMax(outputs.Slice(row * _outputs, _outputs)), target);
            if (!correct.IsEmpty)
            {
                samples[target]++;
                correct[target] += _predicted[row] == target ? 1 : 0;
            }
        }

        Add(
            new()
            {
                Width = _outputs,
                Values = outputs,
                Predicted = _predicted.AsSpan(0, targets.Length),
                Actual = _actual.AsSpan(0, targets.Length),
                Samples = targets.Length / _loss.Places,
                Outputs = outputs,
                TargetIntegers = targets,
            },
            sums);
    }

    /// <summary>As <see cref="AddClasses"/>, for targets that are numbers, or yes and no.</summary>
    public void AddValues(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<double> sums)
    {
        Grow(targets.Length);
        var samples = targets.Length / _loss.Targets;
        if (_loss.Spec.Predicts == PredictionKind.Number)
        {
            _loss.Predict(outputs, _numbers.AsSpan(0, targets.Length));
            var numbers = _numbers.AsSpan(0, targets.Length);
            Add(new() { Width = _loss.Targets, Values = numbers, Targets = targets, Samples = samples, Outputs = outputs, TargetNumbers = targets }, sums);
            return;
        }

        for (var i = 0; i < targets.Length; i++)
        {
            _predicted[i] = float.IsNaN(outputs[i]) ? -1 : outputs[i] > _loss.Threshold ? 1 : 0;
            _actual[i] = targets[i] >= 0.5f ? 1 : 0;
        }

        Add(
            new()
            {
                Width = _loss.Targets,
                Values = outputs,
                Predicted = _predicted.AsSpan(0, targets.Length),
                Actual = _actual.AsSpan(0, targets.Length),
                Samples = samples,
                Outputs = outputs,
                TargetNumbers = targets,
            },
            sums);
    }

    /// <summary>As <see cref="AddClasses"/>, where only the loss knows what the outputs are; one of the two kinds of targets is empty.</summary>
    public void AddOthers(int samples, ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<long> integers, Span<double> sums) =>
        Add(new() { Width = _outputs, Values = outputs, Samples = samples, Outputs = outputs, TargetNumbers = targets, TargetIntegers = integers }, sums);

    /// <summary>The metrics in the spec's order, from their sums over so many samples.</summary>
    public double[] Values(ReadOnlySpan<double> sums, double samples)
    {
        var values = new double[_metrics.Length];
        for (int i = 0, place = 0; i < values.Length; place += (int)_metrics[i].Width, i++)
        {
            values[i] = _metrics[i].Value(sums.Slice(place, (int)_metrics[i].Width), samples);
        }

        return values;
    }

    private static Metric OwnOf(MetricSpec metric, ExperimentSpec spec, int outputs, int places) =>
        Metric.Of(metric, spec.Loss.Predicts, spec.Loss.WantsClasses ? outputs : outputs / spec.Loss.OutputsPerTarget, places);

    private void Add(in Predictions batch, Span<double> sums)
    {
        var place = 0;
        foreach (var metric in _metrics)
        {
            metric.Add(batch, sums.Slice(place, (int)metric.Width));
            place += (int)metric.Width;
        }
    }

    private void Grow(int values)
    {
        if (_predicted.Length < values)
        {
            (_predicted, _actual, _numbers) = (new int[values], new int[values], new float[values]);
        }
    }

    /// <summary>The first largest value; -1, no class at all, where a value is not a number: such a row is never a hit.</summary>
    private static int ArgMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
            {
                return -1;
            }

            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
