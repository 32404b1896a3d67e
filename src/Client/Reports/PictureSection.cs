using System.Xml.Linq;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>The first rows as pictures, with what they are and what the model takes them for.</summary>
internal static class PictureSection
{
    public static IEnumerable<XElement> Of(ReportMaterial material)
    {
        if (material.Predictions is not { Pictures.Count: > 0 } sample)
        {
            yield break;
        }

        yield return Html.Section(
            "pictures",
            "Pictures",
            Html.Element("p", $"The first {Format.Count(sample.Pictures.Count)} of the {sample.Rows.Name()} rows, as they are in their file."),
            Html.Element("div", Html.Class("pictures"), sample.Pictures.Select(row => Picture(sample.Header, row))));
    }

    private static XElement Picture(PredictHeader header, PredictedRow row)
    {
        var (truth, predicted) = (Words(header, header.Targets, row.Targets), Words(header, header.Predictions, row.Predictions));
        var probability = header.ClassNames.Count > 0 && row.Probabilities.Count == header.ClassNames.Count && row.Predictions[0] >= 0
            ? $" ({row.Probabilities[(int)row.Predictions[0]]:0 %})"
            : "";
        var verdict = header.ClassNames.Count == 0 || truth.Length == 0 ? null : truth == predicted
            ? Html.Element("strong", Html.Class("good"), "right")
            : Html.Element("strong", Html.Class("bad"), "wrong");
        return Html.Element(
            "figure",
            Html.Element(
                "img",
                Html.Attribute("alt", $"row {row.Id}{(truth.Length > 0 ? $": {truth}" : "")}, predicted {predicted}"),
                Html.Attribute("src", $"data:image/png;base64,{row.Picture.ToBase64()}")),
            Html.Element(
                "figcaption",
                verdict,
                verdict is null ? null : " ",
                Html.Element("span", Html.Class("soft"), $"row {row.Id}"),
                truth.Length > 0 ? new object[] { Html.Element("br"), $"true: {truth}" } : null,
                Html.Element("br"),
                $"predicted: {predicted}{probability}"));
    }

    private static string Words(PredictHeader header, IReadOnlyList<string> names, IReadOnlyList<double> values) => header.ClassNames.Count > 0
        ? string.Join(", ", values.Select(value => value >= 0 && value < header.ClassNames.Count ? header.ClassNames[(int)value] : "not a number"))
        : string.Join(", ", values.Select((value, place) =>
            values.Count > 1 && place < names.Count ? $"{names[place]} {Format.Loss(value)}" : Format.Loss(value)));
}
