using Sheaf.Api.Cluster;
using Sheaf.Gateway;

namespace Sheaf.Tests.Unit.Gateway;

public sealed class GatewayCommandLineTests
{
    [Fact]
    public void Parse_OfAllOptions_TakesThemAll()
    {
        var options = Parse(
            "--cluster", "Host=db", "--cluster-id=mine", "--name", "front", "--listen", "0.0.0.0:7433", "--http", "0.0.0.0:7434", "--insecure",
                "--announce", "/tmp/x.json",
            "--shutdown-time", "9");

        Assert.Equal(("Host=db", "mine", "front"), (options.Cluster, options.ClusterId, options.Name));
        Assert.Equal(("0.0.0.0:7433", "0.0.0.0:7434", "/tmp/x.json", TimeSpan.FromSeconds(9)),
            (options.Listen, options.Http, options.Announce, options.ShutdownTime));
    }

    [Fact]
    public void Parse_TakesTheClusterFromTheVariable() => Assert.Equal("Host=a",
        GatewayCommandLine.Parse([], new Dictionary<string, string> { ["SHEAF_CLUSTER"] = "Host=a" }).Cluster);

    [Theory]
    [InlineData("--cluster is missing")]
    [InlineData("names no Host", "--cluster", "Database=x")]
    [InlineData("--listen 7433: expected an address and a port", "--cluster", "Host=a", "--listen", "7433")]
    [InlineData("--devices is no option", "--cluster", "Host=a", "--devices", "cpu:1")]
    [InlineData("--shutdown-time '0': expected a time from 1s to 1h", "--cluster", "Host=a", "--shutdown-time", "0")]
    public void Parse_OfWhatIsWrong_NamesItAndWhatIsAllowed(string message, params string[] arguments)
    {
        var failure = Assert.ThrowsAny<Exception>(() => Parse(arguments));
        Assert.True(failure is FormatException or ClusterRefusedException, failure.ToString());
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Usage_NamesEveryOption()
    {
        foreach (var option in (string[])["--cluster", "--cluster-id", "--listen", "--http", "--name", "--announce", "--shutdown-time", "--probe"])
        {
            Assert.Contains($"  {option} ", GatewayCommandLine.Usage, StringComparison.Ordinal);
        }
    }

    private static GatewayOptions Parse(params string[] arguments) => GatewayCommandLine.Parse(arguments, new Dictionary<string, string>());
}
