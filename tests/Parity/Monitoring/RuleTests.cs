using System.Text.RegularExpressions;
using Sheaf.Testbed;

namespace Sheaf.Tests.Parity.Monitoring;

/// <summary>The alerts, and that page and operator say the same as they do. Promtool comes with Debian's prometheus.</summary>
public sealed partial class RuleTests
{
    private static string Page { get; } = File.ReadAllText(Path.Combine(Checkout.Root, "docs/monitoring.md"));

    [Fact]
    public async Task Rules_PassPromtoolAndFireWithACauseAlone()
    {
        Assert.Contains("SUCCESS", await Command.RunAsync("/usr/bin/promtool", "check", "config", Path.Combine(Rules.Folder, "prometheus.yml")),
            StringComparison.Ordinal);
        Assert.Contains("SUCCESS", await Command.RunAsync("/usr/bin/promtool", "test", "rules", Path.Combine(Rules.Folder, "rules_test.yml")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void EachAlert_IsTestedWithAndWithoutACause()
    {
        var tests = File.ReadAllText(Path.Combine(Rules.Folder, "rules_test.yml"));
        Assert.All(Rules.Alerts.Keys, alert =>
        {
            Assert.Contains($"name: {alert} with a cause", tests, StringComparison.Ordinal);
            Assert.Contains($"name: {alert} without a cause", tests, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void RulesForTheOperator_AreTheSame() => Assert.Equal(
        Rules.Groups.ToString(),
        Rules.Load(Path.Combine(Checkout.Root, "deploy/k8s/components/monitoring/prometheusrule.yaml"))["spec"]["groups"].ToString());

    [Fact]
    public void EachAlert_HasALineInTheRunbook() => Assert.Equal(
        Rules.Alerts.Keys.Order(StringComparer.Ordinal),
            Heading().Matches(Page).Select(heading => heading.Groups["alert"].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void NamesInBoardsAndRules_AreThoseOfThePage()
    {
        var asked = Board.All.SelectMany(board => board.Queries).Select(query => query.Query).Concat(Rules.Alerts.Values);
        var names = asked.SelectMany(query => Name().Matches(query).Select(name => Suffix().Replace(name.Value, ""))).Distinct();
        var known = Quoted().Matches(Page).Select(name => name.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(names.Except(known));
    }

    [GeneratedRegex(@"^### (?<alert>Sheaf\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\bsheaf_\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?<=_seconds|_bytes)_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"`(sheaf_\w+)`")]
    private static partial Regex Quoted();
}
