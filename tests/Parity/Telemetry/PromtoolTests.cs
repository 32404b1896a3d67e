using System.Diagnostics;
using System.Text.RegularExpressions;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Parity.Telemetry;

/// <summary>Prometheus' own reader on what a silo serves that has trained something.</summary>
public sealed partial class PromtoolTests : IDisposable
{
    private const string Program = "/usr/bin/promtool";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MetricsOfASilo_PassPromtoolsChecks()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "measured", TestFolder.Spec(epochs: 1));
        await silo.Completed("measured");
        using var http = new HttpClient { BaseAddress = new(silo.Addresses.Http) };
        var metrics = await http.GetStringAsync("metrics", TestSilo.Guard);

        // Names of other libraries are their own affair.
        var ours = string.Concat(metrics.Split('\n').Where(line => Ours().IsMatch(line)).Select(line => line + "\n"));
        Assert.Superset(new HashSet<string> { "counter", "gauge", "histogram" }, Kind().Matches(ours).Select(kind => kind.Groups["kind"].Value).ToHashSet());
        Assert.Equal((0, ""), await CheckAsync(ours));
    }

    private static async Task<(int Code, string Complaints)> CheckAsync(string metrics)
    {
        Assert.True(File.Exists(Program), "This test needs promtool: apt-get install prometheus");
        var start = new ProcessStartInfo(Program, ["check", "metrics"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestSilo.Guard), process.StandardError.ReadToEndAsync(TestSilo.Guard));
        await process.StandardInput.WriteAsync(metrics);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestSilo.Guard);
        return (process.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"^(?:# (?:TYPE|HELP|UNIT) )?sheaf_")]
    private static partial Regex Ours();

    [GeneratedRegex(@"^# TYPE sheaf_\w+ (?<kind>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Kind();
}
