using System.Text.Json;
using Sheaf.Testbed;
using Sheaf.Tests.Security;

namespace Sheaf.Tests.Faults;

/// <summary>A cluster with TLS and tokens everywhere does what one without does, and lets nobody else in.</summary>
public sealed class SecurityTests(SecureCluster secure) : IClassFixture<SecureCluster>, IAsyncLifetime
{
    private const string Pace = "before-compute@*:*#*=delay:2";

    private static int _number;

    private readonly List<IAsyncDisposable> _made = [];

    private TestCluster Cluster => secure.Cluster;

    public async ValueTask InitializeAsync() => await Cluster.RestoreAsync();

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(Cluster.Logs());
        }

        foreach (var made in _made)
        {
            await made.DisposeAsync();
        }
    }

    [Fact]
    public async Task SiloKilled_EnsureTheRunGoesOnWithTheSameBits()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync("2");
        await run.StepAsync(300);

        await Cluster[(await Cluster.DescribeAsync(run.Id)).Workers[1].Silo].KillAsync();
        Assert.False(run.Ended);

        await Cluster.ArmAsync("");
        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task CertificatesRenewedWhileItTrains_EnsureNobodyIsLost_AndASiloThatStartsJoins()
    {
        await Cluster.ArmAsync(Pace);
        var run = await SubmitAsync("2");
        await run.StepAsync(200);

        secure.Renew();
        await run.StepAsync(600);
        Assert.Equal(1, (await Cluster.DescribeAsync(run.Id)).Generation);
        var idle = Cluster.Silos.First(silo => run.Experiment.Workers.All(worker => worker.Silo != silo.Name));
        await idle.KillAsync();
        await Cluster.StartAsync(idle.Name);

        await Cluster.ArmAsync("");
        await AssertUndisturbedAsync(run);
    }

    [Fact]
    public async Task SiloWithACertificateOfAnotherAuthority_DoesNotJoin_AndSaysWhy()
    {
        using var other = new TestAuthority("Other CA");
        var folder = Path.Combine(Cluster.Folder, "stranger");
        var stranger = SiloProcess.Start(
            "stranger", folder,
            ["--cluster", Cluster.Database.ConnectionString, "--name", "stranger", "--data", folder, "--devices", "cpu:1", "--listen", "127.0.0.1:0", "--http",
                "127.0.0.1:0", .. secure.Options(other)],
            new Dictionary<string, string>(), null);
        _made.Add(stranger);

        Assert.Equal(2, await stranger.ExitAsync());

        var said = await File.ReadAllTextAsync(stranger.Log, TestContext.Current.CancellationToken);
        Assert.Contains("All silos of a cluster have certificates of one CA.", said, StringComparison.Ordinal);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain((await Cluster.DescribeAsync()).Silos, silo => silo.Name == "stranger");
    }

    [Fact]
    public async Task Gateway_WithTlsAndTokens_ServesTheClient_AndAsksSilosInItsCallersName()
    {
        var folder = Path.Combine(Cluster.Folder, "gateway");
        var gateway = SiloProcess.Start(
            "gateway", folder, ["--cluster", Cluster.Database.ConnectionString, "--name", "gateway", "--http", "127.0.0.1:0", "--listen", "127.0.0.1:0",
                "--audit-log", Path.Combine(folder, "audit.jsonl"), .. secure.Options()],
            new Dictionary<string, string>(), null, Checkout.Gateway);
        _made.Add(gateway);
        await gateway.AnnouncedAsync(folder, secure.Open);
        var run = await SubmitAsync("2", epochs: 20);
        await run.EndAsync();

        string[][] verbs = [["describe", run.Id], ["logs", run.Id], ["audit", run.Id], ["replay", run.Id, "--step", "150"], ["checkpoint", "verify",
            run.Id], ["cluster"]];
        foreach (var verb in verbs)
        {
            var (code, output) = await ClientAsync(gateway, secure.Token, verb);
            Assert.True(code == 0, $"{string.Join(' ', verb)}: {output}");
        }

        var stranger = await ClientAsync(gateway, "sheaf_nobody", "audit", run.Id);
        Assert.Equal(8, stranger.Code);
        Assert.Equal(0, (await ClientAsync(gateway, secure.Token, "drain", "s0")).Code);
        Assert.Equal(0, (await ClientAsync(gateway, secure.Token, "drain", "s0", "--undo")).Code);
        var lines = (await File.ReadAllLinesAsync(Path.Combine(folder, "audit.jsonl"), TestContext.Current.CancellationToken))
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(
            [("", "Audit", "Unauthenticated"), ("tester", "Drain", "OK"), ("tester", "Drain", "OK")],
            lines.Select(line => (line.GetProperty("who").GetString(), line.GetProperty("call").GetString()!.Split('/')[1],
                line.GetProperty("outcome").GetString())));
    }

    private Task<(int Code, string Output)> ClientAsync(SiloProcess server, string token, params string[] arguments) => Command.TryAsync(
        "dotnet",
        [Checkout.Program("Client"), .. arguments, "--server", server.Server.ToString(), "--ca", secure.CaFile],
        new Dictionary<string, string> { ["SHEAF_TOKEN"] = token });

    private async Task<RunFollower> SubmitAsync(string workers, int epochs = 100)
    {
        var run = await Cluster.SubmitAsync($"secure-{Interlocked.Increment(ref _number)}", TinySpec.Yaml(workers, epochs));
        _made.Add(run);
        return run;
    }

    private async Task AssertUndisturbedAsync(RunFollower run)
    {
        var findings = await RunCheck.FindingsAsync(Cluster, run, secure.Reference);
        Assert.True(findings.Count == 0, $"{findings.Count} findings:\n{string.Join('\n', findings.Take(20))}");
    }
}
