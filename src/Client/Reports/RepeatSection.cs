using System.Xml.Linq;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Reports;

/// <summary>All that is needed to get the same weights again.</summary>
internal static class RepeatSection
{
    public static XElement Of(ReportMaterial material)
    {
        var experiment = material.Experiment;
        var (file, program) = ($"{experiment.Name}.yaml", material.Program);
        var weights = experiment.Result?.WeightsSha256 ?? "";
        return Html.Section(
            "repeat",
            "Repeat it",
            Html.Element("p", "Save the spec below as ", Html.Element("code", file), ", where its paths lead to the files below, and train it. On the same ",
                "fingerprint the weights have the same SHA-256 on any number of workers."),
            Html.Element("pre", Html.Element("code", $"{program} run {file}\n{program} audit {experiment.Id}\n{program} replay {experiment.Id} --step "
                + $"{Math.Max(0, experiment.Step - 1)}")),
            Html.Facts(
            [
                ("fingerprint", Html.Element("code", experiment.Fingerprint.Length > 0 ? experiment.Fingerprint : "not known")),
                .. weights.Length > 0 ? new[] { ("weights SHA-256", (object)Html.Element("code", weights)) } : [],
            ]),
            experiment.Files.Count == 0 ? null : Html.Table(
                "The files that it was submitted with",
                ["file", "bytes", "SHA-256"],
                experiment.Files.Select(each => (object?[])[Html.Element("code", each.Path), Format.Count(each.Bytes), Html.Element("code", each.Sha256)]),
                1),
            material.NoPredictions.Length > 0 ? Html.Element("p", Html.Class("soft"), $"This report has no predictions: {material.NoPredictions}") : null,
            Html.Element("h3", "The spec"),
            Html.Element("pre", Html.Element("code", experiment.SpecYaml)));
    }
}
