using System.Xml.Linq;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>What the ledger proves, and who trained.</summary>
internal static class ProofSection
{
    private const int MostFindings = 50;

    public static XElement Of(ReportMaterial material) => Html.Section(
        "proof",
        "The ledger's proof",
        Verdict(material),
        material.AuditedEpochs.Count == 0 ? null : Epochs(material.AuditedEpochs),
        material.Findings.Count == 0
            ? null
            : Html.Element("ul", material.Findings.Take(MostFindings).Select(finding => Html.Element("li", Html.Class("bad"), finding.Message))),
        Generations(material));

    private static XElement Verdict(ReportMaterial material) => material.Proof is { } proof
        ? Html.Element("p", Html.Element("strong", Html.Class(proof.Proven ? "good" : "bad"), proof.Proven ? "Proven. " : "Not proven. "), proof.Summary)
        : Html.Element("p", Html.Element("strong", "Not audited. "), material.NoProof);

    /// <summary>Neighbouring epochs of one verdict are one line.</summary>
    private static XElement Epochs(IReadOnlyList<AuditedEpoch> epochs)
    {
        var groups = new List<(AuditedEpoch First, AuditedEpoch Last, string Verdict)>();
        foreach (var epoch in epochs)
        {
            var verdict = epoch switch { { Clean: false } => "not proven", { Whole: true } => "every sample exactly once", _ => "no sample twice so far" };
            if (groups.Count > 0 && groups[^1].Verdict == verdict)
            {
                groups[^1] = groups[^1] with { Last = epoch };
            }
            else
            {
                groups.Add((epoch, epoch, verdict));
            }
        }

        return Html.Table("What was fed to the model, by epoch", ["epochs", "steps", "verdict"], groups.Select(group => (object?[])
        [
            ReferenceEquals(group.First, group.Last)
                ? Format.Count(group.First.Epoch + 1)
                : $"{Format.Count(group.First.Epoch + 1)} to {Format.Count(group.Last.Epoch + 1)}",
            $"{Format.Count(group.First.FirstStep)} to {Format.Count(group.Last.EndStep - 1)}",
            group.Verdict,
        ]));
    }

    private static XElement? Generations(ReportMaterial material) => material.Experiment.Generations.Count == 0
        ? null
        : Html.Table(
            "Generations: who trained, from which step on, and why it began",
            ["generation", "from step", "began", "why", "state from", "workers"],
            material.Experiment.Generations.Select(generation => (object?[])
            [
                Format.Count(generation.Number), Format.Count(generation.FromStep), Format.Time(generation.Began, material.Zone), generation.Reason,
                generation.Origin,
                string.Join("; ", generation.Workers.Select(worker => $"{worker.Number} on {worker.Device} of {worker.Silo}: {AuditOutput.Shards(worker)}")),
            ]));
}
