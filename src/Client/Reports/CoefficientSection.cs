using System.Xml.Linq;

namespace Sheaf.Client.Reports;

/// <summary>A linear model as a formula in the units of the data.</summary>
internal static class CoefficientSection
{
    private const string Slope = "slope", Intercept = "intercept";

    public static bool IsCoefficient(string metric) => IsNamed(metric, Slope) || IsNamed(metric, Intercept);

    public static IEnumerable<XElement> Of(ReportMaterial material)
    {
        var values = (material.Experiment.Result?.Metrics ?? Enumerable.Empty<KeyValuePair<string, double>>()).Where(metric => IsCoefficient(metric.Key))
            .OrderBy(metric => IsNamed(metric.Key, Intercept) ? 0 : 1).ThenBy(metric => metric.Key, StringComparer.Ordinal).ToList();
        if (values.Count == 0)
        {
            yield break;
        }

        yield return Html.Section(
            "coefficients",
            "Coefficients",
            Html.Table(
                "In the units of the data, whatever transforms them: what a prediction, or the score of a class before softmax or sigmoid, changes by where "
                    + "that input is one more and all others stay.",
                ["coefficient", "value"],
                values.Select(metric => (object?[])[metric.Key.Replace('_', ' '), metric.Value.ToString("0.00000000")]),
                1));
    }

    private static bool IsNamed(string metric, string name) => metric == name || metric.StartsWith(name + "_", StringComparison.Ordinal);
}
