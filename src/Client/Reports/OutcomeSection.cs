using System.Xml.Linq;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>What the experiment is, how it ended, and which weights are its result.</summary>
internal static class OutcomeSection
{
    public static XElement Header(ReportMaterial material)
    {
        var experiment = material.Experiment;
        var colour = experiment.State switch { State.Completed => "badge good", State.Failed or State.Cancelled => "badge bad", _ => "badge" };
        return Html.Element(
            "header",
            Html.Element("h1", experiment.Name, Html.Element("span", Html.Class(colour), experiment.State.Name())),
            Html.Element("p", "Experiment ", Html.Element("code", experiment.Id), experiment.Reason.Length > 0 ? $": {experiment.Reason}" : ""));
    }

    public static XElement Of(ReportMaterial material)
    {
        var experiment = material.Experiment;
        var metrics = Summary.Ordered(experiment.Result?.Metrics ?? Enumerable.Empty<KeyValuePair<string, double>>())
            .Where(metric => !CoefficientSection.IsCoefficient(metric.Key)).ToList();
        return Html.Section(
            "outcome",
            "Outcome",
            metrics.Count == 0 ? null : Html.Element("ul", Html.Class("tiles"), metrics.Select(metric => Html.Element(
                "li", Html.Element("span", metric.Key.Replace('_', ' ')), Html.Element("strong", Format.Metric(metric.Key, metric.Value))))),
            Html.Facts(Facts(material, experiment)));
    }

    private static IEnumerable<(string Name, object Value)> Facts(ReportMaterial material, Experiment experiment)
    {
        yield return ("steps", $"{Format.Count(experiment.Step)} of {Format.Count(experiment.TotalSteps)}, in {Format.Count(experiment.Epochs, "epoch")} of "
            + $"{Format.Count(experiment.StepsPerEpoch)}; {Format.Count(experiment.TrainingSamples)} training samples");
        foreach (var (name, text) in DecisionText.Facts(experiment))
        {
            yield return (name, text);
        }

        if (experiment.Result is { WeightsSha256.Length: > 0 } result)
        {
            var last = result.Step == 0 ? "those of the last checkpoint" : $"those of the last step, {Format.Count(result.Step)}";
            yield return ("weights that are the result", DecisionText.OfResult(experiment) ?? last);
            yield return ("their SHA-256", Html.Element("code", result.WeightsSha256));
            yield return ("checkpoint", Html.Element("code", result.CheckpointPath));
        }
        else if (experiment.Checkpoints.MaxBy(checkpoint => checkpoint.Step) is { } newest)
        {
            yield return ("newest weights", $"of step {Format.Count(newest.Step)}; the experiment is {experiment.State.Name()}");
            yield return ("their SHA-256", Html.Element("code", newest.WeightsSha256));
        }

        if (experiment.BeginsWith.Length > 0)
        {
            yield return ("begins with", experiment.BeginsWith);
        }

        if (experiment.SkippedSteps > 0)
        {
            yield return ("skipped updates", $"{Format.Count(experiment.SkippedSteps)}, whose loss or gradient was not finite");
        }

        yield return ("submitted", Format.Time(experiment.Submitted, material.Zone));
        if (experiment is { Started: { } started, Ended: { } ended })
        {
            var training = experiment.Result is { TrainingSeconds: > 0 } timed ? $", {timed.TrainingSeconds:0.0} s of it in training steps" : "";
            yield return ("time", Format.Duration(ended.ToDateTimeOffset() - started.ToDateTimeOffset()) + training);
        }

        if (experiment.Result is { SamplesPerSecond: > 0 } speed)
        {
            yield return ("training speed", $"{Format.Rate(speed.SamplesPerSecond)} samples/s");
        }
    }
}
