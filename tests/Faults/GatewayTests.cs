using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sheaf.Testbed;
using Sheaf.V1;

namespace Sheaf.Tests.Faults;

/// <summary>Gateways in front of the silos: the same API, by processes without devices and data.</summary>
public sealed class GatewayTests(SharedCluster shared) : FaultTest(shared), IAsyncLifetime
{
    private readonly List<SiloProcess> _gateways = [];

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }
    }

    [Fact]
    public async Task Gateway_AnswersEveryVerbAsASiloDoes()
    {
        var gateway = await GatewayAsync("gateway-1");
        var spec = Path.Combine(Cluster.Folder, "gateway.yaml");
        await File.WriteAllTextAsync(spec, TinySpec.Yaml("2", epochs: 20, checkpointEvery: 100), TestContext.Current.CancellationToken);
        var (code, output) = await AtAsync(gateway, "submit", spec, "--follow", "--output", "json");
        Assert.True(code == 0, output);
        var id = JsonDocument.Parse(output.Split('\n')[0]).RootElement.GetProperty("experiment").GetString()!;
        var silo = Cluster.Silos[0];
        string[][] verbs =
        [
            ["list"], ["describe", id, "--output", "json"], ["metrics", id, "--csv"], ["logs", id], ["audit", id], ["checkpoint", "list", id],
                ["checkpoint", "verify", id],
            ["devices"], ["spec", "validate", spec],
        ];
        foreach (var verb in verbs)
        {
            var answer = await AtAsync(gateway, verb);
            Assert.True(answer.Code == 0, $"{string.Join(' ', verb)}: {answer.Output}");
            Assert.Equal((await AtAsync(silo, verb)).Output, answer.Output);
        }

        Assert.Contains("gateway-1", (await AtAsync(gateway, "why", id, "--output", "json")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await AtAsync(gateway, "replay", id, "--step", "150")).Code);
        Assert.Equal(0, (await AtAsync(gateway, "checkpoint", "download", id, "--to", Path.Combine(Cluster.Folder, "downloaded"))).Code);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Cluster.Folder, "downloaded"), "*.safetensors", SearchOption.AllDirectories));
        var cluster = await gateway.Cluster.DescribeAsync(new(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["s0 active", "s1 active", "s2 active"], cluster.Silos.Select(each => $"{each.Name} {each.Status}"));
        Assert.All(cluster.Silos, each => Assert.Empty(each.Troubles));

        // What is wrong is told in the same words, with its place.
        await File.WriteAllTextAsync(spec, TinySpec.Yaml("2").Replace("learning_rate", "lerning_rate", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var bad = await AtAsync(gateway, "submit", spec);
        Assert.Equal(await AtAsync(silo, "submit", spec), bad);
        Assert.Contains("learning_rate", bad.Output, StringComparison.Ordinal);
        Assert.Equal(await AtAsync(silo, "describe", "nobody-knows-it"), await AtAsync(gateway, "describe", "nobody-knows-it"));
    }

    [Fact]
    public async Task GatewayThatIsKilled_EnsureAFollowerGoesOnAtAnotherWithoutMissingAnEvent()
    {
        await Cluster.ArmAsync(SlowPace);
        var run = await SubmitAsync();
        var first = await GatewayAsync("gateway-1");
        var place = new IPEndPoint(IPAddress.Loopback, FreePort());
        var output = Path.Combine(Cluster.Folder, "followed.jsonl");
        using var follower = Follow(run.Id, $"{first.Server},http://{place}", output);
        await Until.TrueAsync(
            () => Lines(output).Any(line => Is(line, "progress")), $"the follower says how it goes: {output}", TestContext.Current.CancellationToken);

        await first.KillAsync();
        await GatewayAsync("gateway-2", place);
        await follower.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, follower.ExitCode);
        var lines = Lines(output);
        Assert.Contains(lines, line => Is(line, "note") && line.GetProperty("message").GetString()!.Contains("is back", StringComparison.Ordinal));
        var end = await Cluster.DescribeAsync(run.Id);

        // What was over when it began to follow is in the view that it began with.
        var from = lines.First(line => Is(line, "progress")).GetProperty("step").GetInt64();
        var epochs = lines.Where(line => Is(line, "epoch")).Select(line => line.GetProperty("epoch").GetInt32()).ToArray();
        var told = run.Seen.Select(seen => seen.Update.Epoch).OfType<EpochSummary>().Select(epoch => (int)epoch.Epoch).ToArray();
        Assert.Equal(100, told.Length);
        Assert.Equal(told.SkipWhile(epoch => epoch < epochs[0]), epochs);
        Assert.True((epochs[0] - told[0]) * TinySpec.StepsPerEpoch <= from,
            $"it follows from step {from}, and the first epoch that it tells of is {epochs[0]}");
        Assert.Equal(
            run.Seen.Select(seen => seen.Update.Checkpoint).OfType<Checkpoint>().Select(checkpoint => checkpoint.Step).Where(step => step > from),
                Steps(lines, "checkpoint", from));
        Assert.Equal(end.Evaluations.Select(evaluation => evaluation.Step).Where(step => step > from), Steps(lines, "evaluation", from));
        Assert.Equal(end.Result.WeightsSha256, lines[^1].GetProperty("weights_sha256").GetString());
        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task GatewayBeforeItsCluster_IsNotReadyAndSaysWhy()
    {
        var arguments = new[] { "--cluster", "Host=127.0.0.1;Port=1;Username=nobody;Database=none" };
        var place = new IPEndPoint(IPAddress.Loopback, FreePort());
        var gateway = Start("gateway-early", [.. arguments, "--listen", "127.0.0.1:0", "--http", place.ToString()]);
        using var http = new HttpClient { BaseAddress = new($"http://{place}") };
        HttpResponseMessage? ready = null;
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    ready = await http.GetAsync("readyz");
                    return (await ready.Content.ReadAsStringAsync()).Contains('(');
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            () => "the gateway says why it is not ready",
            TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready!.StatusCode);
        Assert.StartsWith("not ready: no silo of the cluster has been found yet (",
            await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("ok\n", await http.GetStringAsync("livez", TestContext.Current.CancellationToken));
        Assert.Equal("started\n", await http.GetStringAsync("startupz", TestContext.Current.CancellationToken));
        Assert.Equal(0, await gateway.StopAsync());
    }

    private static bool Is(JsonElement line, string kind) => line.GetProperty("event").GetString() == kind;

    private static IEnumerable<long> Steps(JsonElement[] lines, string kind, long after) =>
        lines.Where(line => Is(line, kind)).Select(line => line.GetProperty("step").GetInt64()).Where(step => step > after);

    private static JsonElement[] Lines(string path) =>
        [.. (File.Exists(path) ? File.ReadAllText(path) : "").Split('\n').SkipLast(1).Select(line => JsonDocument.Parse(line).RootElement)];

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static Process Follow(string id, string servers, string output)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$SHEAF_OUTPUT\" </dev/null", "sh", "dotnet", Checkout.Program("Client"), "watch",
            id, "--server", servers, "--output", "json"]);
        start.Environment["SHEAF_OUTPUT"] = output;
        return Process.Start(start)!;
    }

    private static Task<(int Code, string Output)> AtAsync(SiloProcess server, params string[] arguments) =>
        Command.TryAsync("dotnet", [Checkout.Program("Client"), .. arguments, "--server", server.Server.ToString()]);

    private async Task<SiloProcess> GatewayAsync(string name, IPEndPoint? listen = null)
    {
        var gateway = Start(name,
            ["--cluster", Cluster.Database.ConnectionString, "--http", "127.0.0.1:0", "--listen", (listen ?? new(IPAddress.Loopback, 0)).ToString()]);
        await gateway.AnnouncedAsync(Path.Combine(Cluster.Folder, name));
        return gateway;
    }

    private SiloProcess Start(string name, string[] arguments)
    {
        var gateway = SiloProcess.Start(
            name, Path.Combine(Cluster.Folder, name), [.. arguments, "--name", name], new Dictionary<string, string>(), null, Checkout.Gateway);
        _gateways.Add(gateway);
        return gateway;
    }
}
