using System.Text.RegularExpressions;
using Sheaf.Testbed;
using Sheaf.Tests.Security;

namespace Sheaf.Tests.Parity.Monitoring;

/// <summary>Every expression of the boards and every name in the alerts against a Prometheus that scrapes three silos while one of them is killed.</summary>
public sealed partial class LiveSeriesTests
{
    /// <summary>Of NVIDIA's exporter, which needs a GPU.</summary>
    private const string OfGpus = "DCGM_";

    /// <summary>Known when somebody who waited has devices.</summary>
    private const string OfTheQueue = "sheaf_queue_duration_seconds";

    [Fact]
    [Trait("Category", "Slow")]
    public async Task EveryExpression_ReturnsSeriesOfARealExperimentThatRecovered()
    {
        // With certificates between them, of which there are series too.
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Issue("silo");
        await using var cluster = await TestCluster.StartAsync(
            silos: 3, faults: false, arguments: ["--cluster-certificate", certificate, "--cluster-key", key, "--cluster-ca", authority.CaFile]);
        await using var prometheus = await PrometheusServer.StartAsync(Path.Combine(cluster.Folder, "prometheus"));
        await prometheus.ScrapeAsync(cluster.Silos);
        TinySpec.WriteRows(cluster.Folder);
        await using var run = await cluster.SubmitAsync("measured", TinySpec.Yaml("{ min: 1, max: 3 }", epochs: 100_000));
        await using var waiting = await cluster.SubmitAsync("waits", TinySpec.Yaml("{ min: 3, max: 3 }", epochs: 100_000));
        await run.WaitAsync(seen => seen.Experiment.Checkpoints.Count > 0 && seen.Experiment.Workers.Count == 3, "it trains on three silos");
        await Holds(prometheus, "the first generation is seen where boards look for a change",
            "count_over_time(max by (experiment, name) (sheaf_experiment_generation{experiment=\"measured\"})[1m:5s])");

        var victim = cluster["s1"];
        await victim.KillAsync();
        await Holds(prometheus, "the recovery is counted", "sum(sheaf_recoveries_total) > 0");
        await Holds(prometheus, "the alert of a lost silo", "ALERTS{alertname=\"SheafSiloLost\",silo=\"s1\"}");
        await cluster.StartAsync("s1");
        await prometheus.ScrapeAsync(cluster.Silos);

        var asked = Board.All.SelectMany(board => board.Queries).Where(query => !query.Query.Contains(OfGpus, StringComparison.Ordinal)).ToList();
        Assert.True(asked.Count > 60, $"{asked.Count} expressions");
        await Until.TrueAsync(
            async () =>
            {
                for (var i = asked.Count - 1; i >= 0; i--)
                {
                    if ((await prometheus.QueryAsync(asked[i].Query)).Count > 0)
                    {
                        asked.RemoveAt(i);
                    }
                }

                return asked.Count == 0;
            },
            () => $"every expression returns series; these do not:\n{string.Join('\n', asked.Select(query => $"{query.Title}: {query.Query}"))}",
            TestContext.Current.CancellationToken);

        // An alert returns nothing while all is well; what it looks at is there.
        var selectors = Rules.Alerts.Values.SelectMany(query => Selector().Matches(query)).Select(selector => selector.Value).Distinct().ToArray();
        Assert.True(selectors.Length >= 14, string.Join(", ", selectors));
        foreach (var selector in selectors)
        {
            await Holds(prometheus, selector, selector.Replace("!=\"healthy\"", "!=\"\"", StringComparison.Ordinal));
        }

        // What the page names is served.
        var page = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs/monitoring.md"), TestContext.Current.CancellationToken);
        foreach (var name in Documented().Matches(page).Select(name => name.Groups[1].Value).Distinct().Except([OfTheQueue]))
        {
            await Holds(prometheus, name, $"{{__name__=~\"{name}(_count)?\"}}");
        }

        await cluster.CallAsync((silo, options) => silo.Experiments.CancelAsync(new() { ExperimentId = run.Id }, options));
        await Holds(prometheus, "the end is counted", "sum(sheaf_experiments_ended_total{state=\"cancelled\"}) > 0");
        await Holds(prometheus, "who waited has devices", $"{OfTheQueue}_count");
    }

    private static Task Holds(PrometheusServer prometheus, string what, string query) =>
        Until.TrueAsync(async () => (await prometheus.QueryAsync(query)).Count > 0, () => $"{what}: {query}", TestContext.Current.CancellationToken);

    [GeneratedRegex(@"\b(?:sheaf_\w+|up)(?:\{[^}]*\})?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"`(sheaf_\w+)`")]
    private static partial Regex Documented();
}
