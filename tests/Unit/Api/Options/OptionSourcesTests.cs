using Sheaf.Silo;

namespace Sheaf.Tests.Unit.Api.Options;

public sealed class OptionSourcesTests
{
    [Fact]
    public void CommandLine_CountsBeforeVariables_BeforeTheFile_BeforeDefaults()
    {
        using var file = new OptionFile("""
            // A comment is no mistake.
            { "name": "file", "listen": "127.0.0.1:3", "trial-time": 7, "reports": { "heartbeat": "3s", "every": "300ms" }, "links": { "spins": 9 } }
            """);
        Dictionary<string, string> variables = new(OptionFile.None)
        {
            ["SHEAF__NAME"] = "variable", ["SHEAF__LISTEN"] = "127.0.0.1:2", ["SHEAF__REPORTS__HEARTBEAT"] = "2500ms", ["SHEAF__OPTIONS"] = file.Path,
        };

        var options = SiloCommandLine.Parse(["--name", "line", "--name=last"], variables);

        Assert.Equal(("last", "127.0.0.1:2"), (options.Name, options.Listen));
        Assert.Equal((TimeSpan.FromSeconds(2.5), TimeSpan.FromMilliseconds(300)), (options.Reports.Heartbeat, options.Reports.Every));
        Assert.Equal((9, TimeSpan.FromSeconds(7)), (options.Links.Spins, options.TrialTime));
        Assert.Equal("127.0.0.1:7434", options.Http);
    }

    [Fact]
    public void SpelledVariable_CountsBeforeTheShortOne() => Assert.Equal(
        "Host=b",
        SiloCommandLine.Parse(["--data", "/d"], new Dictionary<string, string> { ["SHEAF_CLUSTER"] = "Host=a", ["SHEAF__CLUSTER"] = "Host=b" }).Cluster);

    [Theory]
    [InlineData("SHEAF__REPORTS__HEARTBEAT")]
    [InlineData("SHEAF__Reports__Heartbeat")]
    [InlineData("sheaf__reports__heartbeat")]
    public void Variables_MayBeWrittenInAnyCase(string name) =>
        Assert.Equal(TimeSpan.FromSeconds(4), SiloCommandLine.Parse([], new Dictionary<string, string>(OptionFile.None) { [name] = "4s" }).Reports.Heartbeat);

    [Fact]
    public void Everything_ThatIsWrong_IsSaidAtOnce_WithTheNearestKnownName()
    {
        using var file = new OptionFile("""{ "reports": { "hartbeat": "2s" }, "trial-time": "soon" }""");
        Dictionary<string, string> variables = new(OptionFile.None) { ["SHEAF__LINK__SPINS"] = "3", ["SHEAF__REPORTS__HEARTBEAT"] = "20s" };

        var failure = Assert.Throws<FormatException>(
            () => SiloCommandLine.Parse(["--listn", "x", "--devices", "gpu:1", "--options", file.Path, "--store-shortest-rest=1m"], variables));

        Assert.Equal(
            [
                "--listn is no option; did you mean --listen? --help lists them all.",
                "SHEAF__LINK__SPINS is no option's variable; did you mean SHEAF__LINKS__SPINS? --help lists them all.",
                $"reports:hartbeat in {file.Path} is no option; did you mean reports:heartbeat? --help lists them all.",
                "--devices gpu:1: expected cpu:N or cuda:N with N from 1 to 1024, such as cpu:2.",
                $"trial-time in {file.Path} 'soon': expected a time from 1s to 1h, such as 30s, 500ms or 30 (seconds).",
                "--reports-heartbeat is 20s and must be less than --generations-lease, which is 10s: the answer to a report renews the lease.",
                "--reports-heartbeat is 20s and must be less than --failures-silence, which is 10s: a silo that reports nothing counts as lost.",
                "--store-shortest-rest is 1m and must be at most --store-longest-rest, which is 30s: it is the shortest.",
            ],
            failure.Message.Split('\n'));
    }

    [Theory]
    [InlineData("{ \"name\": ", "JSON")]
    [InlineData("[1]", "options.json")]
    public void File_ThatIsNone_IsNamed(string text, string said)
    {
        using var file = new OptionFile(text);
        var failure = Assert.Throws<FormatException>(() => SiloCommandLine.Parse(["--options", file.Path], OptionFile.None));
        Assert.StartsWith("--options " + file.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero", "it is a device, no regular file")]
    [InlineData("/proc/self", "it is a folder, no regular file")]
    public void File_ThatIsNoRegularOne_IsNotRead(string path, string said) => Assert.Equal(
        $"--options {path}: {said}.", Assert.Throws<FormatException>(() => SiloCommandLine.Parse(["--options", path], OptionFile.None)).Message);

    [Fact]
    public void File_ThatIsNotThere_IsNamed() => Assert.StartsWith(
        "--options /none.json: Could not find",
        Assert.Throws<FormatException>(() => SiloCommandLine.Parse(["--options", "/none.json"], OptionFile.None)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("30", 30)]
    [InlineData("1.5", 1.5)]
    [InlineData("250ms", 0.25)]
    [InlineData("2m", 120)]
    [InlineData("1 h", 3600)]
    public void Times_HaveAUnitOrAreSeconds(string text, double seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), Sheaf.Api.Options.OptionText.Time(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1y")]
    [InlineData("1e3")]
    [InlineData("99999999999999d")]
    public void Times_ThatAreNone_AreNone(string text) => Assert.Null(Sheaf.Api.Options.OptionText.Time(text));
}
