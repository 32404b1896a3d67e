using Sheaf.Client.Doctor;

namespace Sheaf.Tests.Unit.Client.Doctor;

public sealed class MachineDiagnosisTests
{
    private static readonly MachineFacts Healthy = new()
    {
        Machine = new("Linux", "X64", false),
        Glibc = new(2, 36),
        Cores = 4,
        HasAvx2 = true,
        MemoryBytes = 16L << 30,
        OpenFiles = 4096,
        Runtime = new(10, 0, 1),
        Sdk = "10.0.100",
        DataFolder = "/data",
        FreeBytes = 100L << 30,
        TemporaryFolder = "/tmp",
        LibTorch = ["libtorch 2.10.0 loads", "cuda:0: NVIDIA H100, 81559 MiB"],
        LibTorchLoads = true,
        Ports = [(7433, null), (7434, "a silo")],
    };

    public static TheoryData<string, string, string> Faults() => new()
    {
        { nameof(MachineFacts.Machine), "wrong system", "musl" },
        { nameof(MachineFacts.Glibc), "wrong system", "glibc 2.17; libtorch needs 2.28" },
        { nameof(MachineFacts.HasAvx2), "warning processor", "without AVX2" },
        { nameof(MachineFacts.MemoryBytes), "warning memory", "a silo takes 0.4 GiB" },
        { nameof(MachineFacts.OpenFiles), "warning open files", "256 allowed" },
        { nameof(MachineFacts.Sdk), "warning .NET", "there is no SDK" },
        { nameof(MachineFacts.DataProblem), "wrong data folder", "/data: Read-only file system" },
        { nameof(MachineFacts.FreeBytes), "warning data folder", "free; checkpoints and logs need room" },
        { nameof(MachineFacts.TemporaryProblem), "wrong temporary folder", "/tmp: Permission denied" },
        { nameof(MachineFacts.LibTorchLoads), "wrong libtorch", "it does not load" },
        { nameof(MachineFacts.Ports), "warning port 7433", "taken by another program" },
    };

    [Fact]
    public void Of_EnsureAHealthyMachineIsCalledThat()
    {
        var findings = MachineDiagnosis.Of(Healthy).ToList();
        Assert.All(findings, finding => Assert.Equal((FindingLevel.Ok, null), (finding.Level, finding.Do)));
        Assert.Contains(findings, finding => finding.Subject == "GPU" && finding.Text.Contains("H100", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding is { Subject: "port 7434", Text: "a silo listens here" });
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Of_EnsureEachFaultIsToldAloneWithWhatMendsIt(string fault, string levelAndSubject, string text)
    {
        var finding = Assert.Single(MachineDiagnosis.Of(With(fault)), each => each.Level != FindingLevel.Ok);
        Assert.Equal(levelAndSubject, $"{finding.Level.ToString().ToLowerInvariant()} {finding.Subject}");
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(finding.Do));
    }

    private static MachineFacts With(string fault) => fault switch
    {
        nameof(MachineFacts.Machine) => Healthy with { Machine = new("Linux", "X64", true) },
        nameof(MachineFacts.Glibc) => Healthy with { Glibc = new(2, 17) },
        nameof(MachineFacts.HasAvx2) => Healthy with { HasAvx2 = false },
        nameof(MachineFacts.MemoryBytes) => Healthy with { MemoryBytes = 500 << 20 },
        nameof(MachineFacts.OpenFiles) => Healthy with { OpenFiles = 256 },
        nameof(MachineFacts.Sdk) => Healthy with { Sdk = null },
        nameof(MachineFacts.DataProblem) => Healthy with { DataProblem = "Read-only file system" },
        nameof(MachineFacts.FreeBytes) => Healthy with { FreeBytes = 1 << 20 },
        nameof(MachineFacts.TemporaryProblem) => Healthy with { TemporaryProblem = "Permission denied" },
        nameof(MachineFacts.LibTorchLoads) => Healthy with { LibTorchLoads = false, LibTorch = ["it does not load"] },
        _ => Healthy with { Ports = [(7433, "another program")] },
    };
}
