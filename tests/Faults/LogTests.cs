using System.Text.Json;
using Sheaf.Testbed;
using Sheaf.Tests.ObjectStores;
using Sheaf.V1;

namespace Sheaf.Tests.Faults;

/// <summary>What servers log: JSON that says of what it is, and no secret, whatever fails.</summary>
public sealed class LogTests
{
    private const string Secret = "marker-of-a-secret";

    [Fact]
    public async Task Log_AsJson_NamesExperimentWorkerAndGeneration_AndHoldsNoSecretAtDebugLevel()
    {
        await using var store = await FakeObjectServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync(
            2,
            arguments:
                ["--checkpoints", $"s3://{FakeObjectServer.Bucket}/x", "--s3-endpoint", store.Url.ToString(), "--log-format", "json", "--log-level", "debug"],
            environment: new Dictionary<string, string>
            {
                ["AWS_ACCESS_KEY_ID"] = "tester",
                ["AWS_SECRET_ACCESS_KEY"] = Secret + "-of-the-store",
                ["AWS_SESSION_TOKEN"] = Secret + "-of-the-session",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["PGPASSWORD"] = Secret + "-of-the-database",
            });
        TinySpec.WriteRows(cluster.Folder);
        await cluster.ArmAsync("before-compute@*:*#*=delay:2");
        await using var run = await cluster.SubmitAsync("logged", TinySpec.Yaml(epochs: 60));
        await run.StepAsync(100);

        // Failures of all that a secret opens.
        store.Fault = _ => ObjectFault.Forbidden;
        await run.StepAsync(400);
        store.Fault = _ => null;
        await cluster.Database.CrashAsync();
        await run.StepAsync(run.Step + 50);
        await cluster.Database.StartAgainAsync();
        await cluster.ArmAsync("");
        Assert.Equal(State.Completed, (await run.EndAsync()).State);
        var said = new List<string> { (await cluster.DescribeAsync(run.Id)).ToString(), (await cluster.DescribeAsync()).ToString() };
        foreach (var verb in (string[][])[["why", run.Id], ["describe", run.Id], ["list"], ["cluster"], ["logs", run.Id]])
        {
            said.Add((await cluster.CommandLineAsync(verb)).Output);
        }

        foreach (var silo in cluster.Silos)
        {
            said.Add(await File.ReadAllTextAsync($"/proc/{silo.Pid}/cmdline", TestContext.Current.CancellationToken));
            await silo.StopAsync();
            said.Add(await File.ReadAllTextAsync(silo.Log, TestContext.Current.CancellationToken));
        }

        Assert.All(said, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        var lines = cluster.Silos.SelectMany(silo => File.ReadLines(silo.Log)).Where(line => line.StartsWith('{'))
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Contains(lines, line => line.GetProperty("LogLevel").GetString() == "Debug");
        Assert.Contains(lines, line => Field(line, "Experiment") == run.Id && Field(line, "Worker") == "0" && Field(line, "Generation") == "1");
        Assert.Contains(lines, line => Field(line, "TraceId") is { Length: 32 });
    }

    /// <summary>Of the message, or of what it was logged in.</summary>
    private static string? Field(JsonElement line, string name) =>
        (line.TryGetProperty("Scopes", out var scopes) ? scopes.EnumerateArray() : default).Where(scope => scope.ValueKind == JsonValueKind.Object)
        .Concat(line.TryGetProperty("State", out var state) && state.ValueKind == JsonValueKind.Object ? [state] : [])
        .Where(part => part.TryGetProperty(name, out _)).Select(part => part.GetProperty(name).ToString()).LastOrDefault(value => value.Length > 0);
}
