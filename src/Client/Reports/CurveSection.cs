using System.Xml.Linq;
using Sheaf.Client.Charts;
using Sheaf.Client.Epochs;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>Loss by step, metrics by epoch, and the table of both.</summary>
internal static class CurveSection
{
    private const int MostPoints = 300;
    private const int MostEpochs = 1000;

    public static XElement? Of(ReportMaterial material) => material.Losses.Count == 0
        ? null
        : Html.Section(
            "learning",
            "Learning",
            Losses(material),
            Html.Element("div", Html.Class("pair"), material.Experiment.MetricNames.Select((name, place) => Metric(material, name, place))),
            Table(material));

    private static XElement Losses(ReportMaterial material)
    {
        var experiment = material.Experiment;
        var training = material.Losses.Points(MostPoints);
        var validation = Evaluated(experiment, Rows.Validation).Select(told => ((double)told.Step, told.Loss)).ToList();
        var band = material.Losses.Count > MostPoints;
        var levels = training.Select(point => point.Mean).Concat(validation.Select(point => point.Loss));
        var all = (band ? levels.Concat(training.SelectMany(point => new[] { point.Low, point.High })) : levels).ToList();
        var y = Axis.Fitting(all);
        var told = $"The training loss goes from {Format.Loss(material.Losses.First)} to {Format.Loss(material.Losses.Last)} in "
            + $"{Format.Count(material.Losses.Count)} steps"
            + (validation.Count == 0
                ? "."
                : $"; the validation loss from {Format.Loss(validation[0].Loss)} to {Format.Loss(validation[^1].Loss)}.");
        var chart = new Chart(
            "loss", "Loss by step", told, Axis.Linear([0, experiment.Step], whole: true), y,
            ($"step ({Format.Count(experiment.StepsPerEpoch)} an epoch)", y.IsLog ? "loss (logarithmic)" : "loss"), (960, 340));
        if (band)
        {
            chart.Band("one", [.. training.Select(point => (point.Step, y.IsLog ? Math.Max(point.Low, y.Low) : point.Low, point.High))]);
        }

        chart.Line(band ? "training: mean of neighbouring steps, in the band of their smallest and largest" : "training", "one",
            training.Select(point => (point.Step, point.Mean)));
        if (validation.Count > 0)
        {
            chart.Line("validation", "two", validation);
            chart.Dots("two", validation.Count <= 100 ? validation : [], 2.5);
        }

        if (experiment.Decisions is { HasBestStep: true } decisions)
        {
            chart.Rule((decisions.BestStep, y.Low), (decisions.BestStep, y.High), "the best weights");
        }

        return Figure("Loss by step", chart);
    }

    private static XElement Metric(ReportMaterial material, string name, int place)
    {
        var training = Points(material.Epochs, epoch => epoch.Metrics, place);
        var validation = Points(material.Epochs, epoch => epoch.Validation?.Metrics, place);
        var y = Axis.Fitting([.. training.Concat(validation).Select(point => point.Y)]);
        var told = string.Join("; ", new[] { ("training", training), ("validation", validation) }.Where(each => each.Item2.Count > 0)
            .Select(each => $"{each.Item1} from {Format.Metric(name, each.Item2[0].Y)} to {Format.Metric(name, each.Item2[^1].Y)}"));
        var chart = new Chart(
            $"metric-{place}", $"{name} by epoch", $"{told}.", Axis.Linear(material.Epochs.Select(epoch => (double)epoch.Epoch), whole: true), y,
            ("epoch", y.IsLog ? $"{Spaced(name)} (logarithmic)" : Spaced(name)), (470, 280));
        chart.Line("training, as the model was at each step", "one", training);
        if (validation.Count > 0)
        {
            chart.Line("validation", "two", validation);
        }

        return Figure($"{Spaced(name)} by epoch", chart);
    }

    private static XElement Table(ReportMaterial material)
    {
        var names = material.Experiment.MetricNames;
        var hasValidation = material.Epochs.Any(epoch => epoch.Validation is not null);
        string[] headings =
        [
            "epoch", "training loss", .. names.Select(name => $"training {Spaced(name)}"),
            .. hasValidation ? names.Select(name => $"validation {Spaced(name)}").Prepend("validation loss") : [], "learning rate", "samples",
        ];
        var rows = StepMetricsOutput.Spread(material.Epochs, MostEpochs).Select(epoch => (object?[])
        [
            Format.Count(epoch.Epoch), Format.Loss(epoch.Loss), .. Shown(epoch.Metrics, names),
            .. !hasValidation ? [] : Shown(epoch.Validation?.Metrics ?? [], names).Prepend(epoch.Validation is { } told ? Format.Loss(told.Loss) : "-"),
            Format.Loss(epoch.LearningRate), Format.Count(epoch.Samples),
        ]);
        return Html.Element(
            "details",
            Html.Element("summary", "Metrics by epoch, as a table"),
            Html.Table(
                "Training values are the mean over an epoch's steps, each as the model was then.", headings, rows, [.. Enumerable.Range(0, headings.Length)]));
    }

    public static XElement Figure(string caption, Chart chart) =>
        Html.Element("figure", Html.Element("figcaption", caption), chart.ToSvg(), chart.Legend());

    private static IEnumerable<Evaluation> Evaluated(Experiment experiment, Rows rows) =>
        experiment.Evaluations.Where(evaluation => evaluation.Rows == rows).OrderBy(evaluation => evaluation.Step);

    private static List<(double X, double Y)> Points(IEnumerable<EpochRow> epochs, Func<EpochRow, IReadOnlyList<double>?> values, int place) =>
        [.. epochs.Where(epoch => values(epoch)?.Count > place).Select(epoch => ((double)epoch.Epoch, values(epoch)![place]))];

    private static IEnumerable<string> Shown(IReadOnlyList<double> values, IReadOnlyList<string> names) =>
        names.Select((name, place) => place < values.Count ? Format.Metric(name, values[place]) : "-");

    private static string Spaced(string name) => name.Replace('_', ' ');
}
