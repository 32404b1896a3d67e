using System.Xml.Linq;
using Sheaf.Client.Charts;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>Classes that were predicted: the confusion matrix, and how good each class is.</summary>
internal static class ClassSection
{
    private const int MostColumns = 25;
    private const int MostConfusions = 20;

    /// <summary>As many as there are colours of lines.</summary>
    private const int MostCurves = 2;

    public static IEnumerable<XElement> Of(ReportMaterial material)
    {
        if (material.Predictions is not { Scores: { Classes.Count: > 0 } scores } sample)
        {
            yield break;
        }

        yield return Html.Section(
            "classes",
            $"Classes: the {sample.Rows.Name()} rows",
            Html.Element("p", $"{Format.Count(scores.Rows)} rows, predicted with the weights of step {Format.Count(sample.Header.Step)}: "
                + string.Join(", ", scores.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal)
                    .Select(metric => $"{metric.Key.Replace('_', ' ')} {Format.Metric(metric.Key, metric.Value)}")) + "."),
            Html.Element("h3", "By class"),
            ByClass(scores),
            RocCurves(scores),
            Html.Element("h3", "Confusion matrix"),
            scores.Classes.Count <= MostColumns ? Matrix(scores) : Worst(scores));
    }

    private static XElement ByClass(PredictScores scores) => Html.Table(
        "Accuracy is the share of a class's rows that were recognised (recall).",
        ["class", "accuracy", "right", "rows", "precision", "F1", "ROC AUC"],
        scores.Classes.Select((one, place) =>
        {
            var right = place < one.Predicted.Count ? one.Predicted[place] : 0;
            var share = one.Samples == 0 ? 0 : (double)right / one.Samples;
            return (object?[])
            [
                one.Name,
                one.Samples == 0 ? "-" : new object[]
                {
                    Meter(share),
                    Format.Metric("accuracy", share),
                },
                Format.Count(right), Format.Count(one.Samples), $"{one.Precision:0.0000}", $"{one.F1:0.0000}", one.HasRocAuc ? $"{one.RocAuc:0.0000}" : "-",
            ];
        }),
        1, 2, 3, 4, 5, 6);

    /// <summary>For eyes only: the number stands beside it.</summary>
    private static XElement Meter(double share) => Html.Element(
        "span", Html.Class("meter"), Html.Attribute("aria-hidden", "true"), Html.Element("i", Html.Attribute("style", $"width:{share * 100:0.#}%")));

    /// <summary>Of yes or no that of yes; of more classes those that are told worst from the others.</summary>
    private static XElement? RocCurves(PredictScores scores)
    {
        var drawn = (scores.Classes.Count == 2 ? scores.Classes.Skip(1) : scores.Classes).Where(one => one.Roc.Count > 0)
            .OrderBy(one => one.RocAuc).Take(MostCurves).ToList();
        if (drawn.Count == 0)
        {
            return null;
        }

        var axis = Axis.Linear([0, 1]);
        var chart = new Chart(
            "roc", "ROC curves", $"The area is {string.Join(", ", drawn.Select(one => $"{one.RocAuc:0.0000} for {one.Name}"))}; by chance it is one half.",
            axis, axis, ("share of other rows that are taken for the class", "share of its rows that are found"), (470, 420));
        foreach (var (place, one) in drawn.Index())
        {
            chart.Line($"{one.Name} ({one.RocAuc:0.0000})", place == 0 ? "one" : "two", one.Roc.Select(point => (point.FalsePositives, point.TruePositives)));
        }

        chart.Rule((0, 0), (1, 1), "chance");
        var some = scores.Classes.Count > 2 && drawn.Count < scores.Classes.Count ? $" of the {drawn.Count} classes with the smallest areas" : "";
        return CurveSection.Figure($"ROC curves{some}", chart);
    }

    private static XElement Matrix(PredictScores scores)
    {
        var table = Html.Table(
            "A line for each true class, a column for each predicted one; the darker, the larger the share of the true class.",
            [.. scores.Classes.Select(one => one.Name).Prepend("true \\ predicted")],
            scores.Classes.Select(one => (object?[])[one.Name, .. one.Predicted.Select(count => Format.Count(count))]));
        var body = table.Descendants("tbody").Single();
        foreach (var (row, line) in body.Elements("tr").Index())
        {
            foreach (var (column, cell) in line.Elements("td").Index())
            {
                var one = scores.Classes[row];
                var share = one.Samples == 0 ? 0 : (double)one.Predicted[column] / one.Samples;
                cell.SetAttributeValue("style", $"background-color:rgba(var(--heat), {share:0.###})");
                string?[] kinds = [row == column ? "right" : null, share > 0.55 ? "strong-heat" : null];
                cell.SetAttributeValue("class", string.Join(' ', kinds.OfType<string>()));
            }
        }

        table.Elements("table").Single().SetAttributeValue("class", "confusion");
        return table;
    }

    private static XElement Worst(PredictScores scores)
    {
        var wrong = scores.Classes.SelectMany((one, row) => one.Predicted.Select((count, column) => (row, column, count)))
            .Where(each => each.row != each.column && each.count > 0).OrderByDescending(each => each.count).Take(MostConfusions);
        return Html.Table(
            $"{scores.Classes.Count} classes make a matrix that no page shows; these were mistaken most often.",
            ["true class", "predicted as", "rows"],
            wrong.Select(each => (object?[])[scores.Classes[each.row].Name, scores.Classes[each.column].Name, Format.Count(each.count)]),
            2);
    }
}
