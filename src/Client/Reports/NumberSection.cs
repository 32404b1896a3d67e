using System.Xml.Linq;
using Sheaf.Client.Charts;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Reports;

/// <summary>Numbers that were predicted: against the truth, and how far they are from it.</summary>
internal static class NumberSection
{
    private const int MostTargets = 6;
    private const int FewestBins = 8, MostBins = 30;

    public static IEnumerable<XElement> Of(ReportMaterial material)
    {
        if (material.Predictions is not { Errors.Count: > 0 } sample || sample.Errors[0].Count == 0)
        {
            yield break;
        }

        yield return Html.Section(
            "numbers",
            $"True and predicted: the {sample.Rows.Name()} rows",
            Html.Element("p", $"{Format.Count(sample.Errors[0].Count)} rows, predicted with the weights of step {Format.Count(sample.Header.Step)}."
                + (sample.Errors.Count > MostTargets ? $" The first {MostTargets} of {sample.Errors.Count} targets are shown." : "")),
            sample.Scores is { Metrics.Count: > 0 } scores
                ? Html.Facts(scores.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(
                    metric => (metric.Key.Replace('_', ' '), (object)Format.Metric(metric.Key, metric.Value))))
                : null,
            Enumerable.Range(0, Math.Min(MostTargets, sample.Errors.Count)).Select(target => Target(sample, target)));
    }

    private static XElement Target(PredictedSample sample, int target)
    {
        var name = sample.Header.Targets[target];
        return Html.Element(
            "div",
            Html.Class("pair"),
            CurveSection.Figure($"{name}: true and predicted", Scatter(sample, target, name)),
            CurveSection.Figure($"{name}: errors", Histogram(sample.Errors[target], target, name)));
    }

    private static Chart Scatter(PredictedSample sample, int target, string name)
    {
        var points = sample.Points.Select(row => (row.Targets[target], row.Predictions[target])).ToList();
        var axis = Axis.Linear([.. points.SelectMany(point => new[] { point.Item1, point.Item2 })]);
        var some = points.Count < sample.Errors[target].Count ? $" of {Format.Count(sample.Errors[target].Count)}, evenly spaced" : "";
        var chart = new Chart(
            $"scatter-{target}", $"{name}: true and predicted", $"{Format.Count(points.Count)} rows{some}; on the diagonal both are the same.", axis, axis,
            ($"true {name}", $"predicted {name}"), (470, 420));
        chart.Rule((axis.Low, axis.Low), (axis.High, axis.High), "prediction = truth");
        chart.Dots("cloud", points, 3);
        return chart;
    }

    private static Chart Histogram(List<double> all, int target, string name)
    {
        var errors = all.Where(double.IsFinite).ToList();
        var x = Axis.Linear(errors.Append(0));
        var counts = new int[Math.Clamp(2 * (int)Math.Sqrt(errors.Count), FewestBins, MostBins)];
        var width = (x.High - x.Low) / counts.Length;
        foreach (var error in errors)
        {
            counts[Math.Clamp((int)((error - x.Low) / width), 0, counts.Length - 1)]++;
        }

        var mean = errors.Count == 0 ? 0 : errors.Average();
        var chart = new Chart(
            $"errors-{target}", $"{name}: errors", $"The mean error is {Format.Loss(mean)}, the mean magnitude "
                + $"{Format.Loss(errors.Count == 0 ? 0 : errors.Average(Math.Abs))}; the largest are {Format.Loss(errors.DefaultIfEmpty().Min())} and "
                + $"{Format.Loss(errors.DefaultIfEmpty().Max())}.",
            x, Axis.Linear([0, counts.Max()], whole: true), ($"error of {name}: predicted - true", "rows"), (470, 420));
        chart.Bars("one", counts.Select((count, bin) => (x.Low + (bin * width), x.Low + ((bin + 1) * width), (double)count)));
        return chart;
    }
}
