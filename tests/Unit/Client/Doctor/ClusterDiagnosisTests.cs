using Sheaf.Client.Doctor;
using Sheaf.V1;

namespace Sheaf.Tests.Unit.Client.Doctor;

public sealed class ClusterDiagnosisTests
{
    [Fact]
    public void Of_EnsureAHealthyClusterIsCalledThat() => Assert.All(Of([Silo("a"), Silo("b")]), finding => Assert.Equal(FindingLevel.Ok, finding.Level));

    [Fact]
    public void Of_EnsureAClusterWithoutSilosIsWrong() => Assert.Equal("no silo is in it", Assert.Single(Of([])).Text);

    [Fact]
    public void Of_EnsureDeadSilosAndTheLastActiveOneAreTold() => Assert.Equal(
        [("silo b", "is dead"), ("cluster", "one silo is active: its loss costs the steps since the last checkpoint")],
        Bad(Of([Silo("a"), Silo("b", status: "dead")])));

    [Fact]
    public void Of_EnsureTroublesAreTold() => Assert.Contains(
        Of([Silo("a", trouble: "the database does not answer")]), finding => finding is { Level: FindingLevel.Wrong, Text: "the database does not answer" });

    [Fact]
    public void Of_EnsureSilosThatDifferAreNamed() => Assert.Equal(
        [("version", "the silos differ: 1 (a, b); 2 (c)"), ("fingerprint", "the silos differ: x (a, c); y (b)")],
        Bad(Of([Silo("a"), Silo("b", fingerprint: "y"), Silo("c", version: "2")])));

    [Fact]
    public void Of_EnsureATroubledExperimentPointsToWhy()
    {
        var troubled = new ExperimentSummary { Id = "mine", State = State.Running };
        troubled.Troubles.Add("its checkpoints are away");
        var finding = Assert.Single(ClusterDiagnosis.Of(Cluster([Silo("a")]), [troubled], "sheaf"), each => each.Level == FindingLevel.Warning);
        Assert.Equal(("mine", "its checkpoints are away", "sheaf why mine"), (finding.Subject, finding.Text, finding.Do));
    }

    private static (string Subject, string Text)[] Bad(IEnumerable<Finding> findings) =>
        [.. findings.Where(finding => finding.Level != FindingLevel.Ok).Select(finding => (finding.Subject, finding.Text))];

    private static List<Finding> Of(V1.Silo[] silos) => [.. ClusterDiagnosis.Of(Cluster(silos), [], "sheaf")];

    private static ClusterDescription Cluster(V1.Silo[] silos)
    {
        var cluster = new ClusterDescription();
        cluster.Silos.AddRange(silos);
        return cluster;
    }

    private static V1.Silo Silo(string name, string status = "active", string version = "1", string fingerprint = "x", string? trouble = null)
    {
        var silo = new V1.Silo { Name = name, Status = status, Version = version, Fingerprint = fingerprint };
        silo.Devices.Add(new Device { Name = "cpu:0" });
        if (trouble is not null)
        {
            silo.Troubles.Add(trouble);
        }

        return silo;
    }
}
