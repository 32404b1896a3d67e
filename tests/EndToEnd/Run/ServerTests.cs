using System.Text.Json;
using Sheaf.Client.Failures;
using Sheaf.Tests.EndToEnd.Client;

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>A real `silo` process and clients beside it.</summary>
public sealed class ServerTests(UndisturbedRun undisturbed) : IDisposable
{
    private readonly TinyExperiment _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task SiloIsKilledAndStartedAgain_TheRunGoesOnByItselfToTheSameWeights()
    {
        string id;
        var (silo, server) = await StartAsync("first", slow: true);
        await using (silo)
        {
            await using var following = SheafProcess.Client("submit", _tiny.Spec, "--follow", "--output", "json", "--server", server);
            await following.Out.WaitForAsync("\"event\":\"checkpoint\"");
            id = JsonDocument.Parse(following.Out.Lines[0]).RootElement.GetProperty("experiment").GetString()!;

            await following.SignalAsync("INT");
            Assert.Equal(ExitCode.Interrupted, await following.ExitAsync());
            Assert.Equal("left", following.LastJson.GetProperty("event").GetString());

            await silo.SignalAsync("KILL");
            Assert.NotEqual(0, await silo.ExitAsync());
        }

        (silo, server) = await StartAsync("second");
        await using (silo)
        {
            await using var watching = SheafProcess.Client("watch", id, "--output", "json", "--server", server);

            Assert.Equal(ExitCode.Ok, await watching.ExitAsync());
            Assert.Equal(await undisturbed.WeightsAsync(), watching.LastJson.GetProperty("weights_sha256").GetString());
            await LookAtAsync(server, id);
            await silo.SignalAsync("TERM");
            Assert.Equal(0, await silo.ExitAsync());
        }
    }

    [Fact]
    public async Task PauseResumeCancel_SteerARunThatAnotherClientFollows()
    {
        var (silo, server) = await StartAsync("only");
        await using var owned = silo;
        await using var following = SheafProcess.Client("submit", _tiny.Spec, "--follow", "--output", "json", "--server", server, "--set", "epochs=100000");
        await following.Out.WaitForAsync("\"event\":\"progress\"");
        var id = JsonDocument.Parse(following.Out.Lines[0]).RootElement.GetProperty("experiment").GetString()!;

        Assert.Equal(ExitCode.Ok, (await RunAsync("pause", id, "--server", server)).Code);
        await following.Out.WaitForAsync("\"state\":\"paused\"");
        Assert.Equal(ExitCode.Ok, (await RunAsync("resume", id, "--server", server)).Code);
        Assert.Equal(ExitCode.Ok, (await RunAsync("cancel", id, "--server", server)).Code);

        Assert.Equal(ExitCode.RunFailed, await following.ExitAsync());
        Assert.Equal(("completed", "cancelled"), (following.LastJson.GetProperty("event").GetString(), following.LastJson.GetProperty("state").GetString()));
        Assert.Equal(ExitCode.WrongState, (await RunAsync("resume", id, "--server", server)).Code);
        Assert.Equal(ExitCode.NotFound, (await RunAsync("describe", "nothing-here", "--server", server)).Code);
    }

    private static async Task LookAtAsync(string server, string id)
    {
        var (_, list) = await RunAsync("list", "--server", server);
        Assert.Contains(id, list.Out.Text, StringComparison.Ordinal);
        var (_, describe) = await RunAsync("describe", id, "--server", server);
        Assert.Contains("weights SHA-256:", describe.Out.Text, StringComparison.Ordinal);
        var (_, logs) = await RunAsync("logs", id, "--worker", "0", "--server", server, "--output", "json");
        Assert.NotEmpty(logs.JsonLines);
        Assert.All(logs.JsonLines, line => Assert.Equal("worker-0", line.GetProperty("source").GetString()));
        var (_, metrics) = await RunAsync("metrics", id, "--csv", "--server", server);
        Assert.Equal(16_001, metrics.Out.Lines.Length);
        var (verified, _) = await RunAsync("checkpoint", "verify", id, "--server", server);
        Assert.Equal(ExitCode.Ok, verified);
        var (_, devices) = await RunAsync("devices", "--server", server, "--output", "json");
        Assert.Equal(2, devices.JsonLines.Count);
    }

    private static async Task<(int Code, TestClient Client)> RunAsync(params string[] arguments)
    {
        using var client = new TestClient();
        return (await client.RunAsync(arguments), client);
    }

    private async Task<(SheafProcess Silo, string Server)> StartAsync(string name, bool slow = false)
    {
        var announce = _tiny.Data($"announce-{name}.json");
        string[] arguments = ["--data", _tiny.Data("data"), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--devices", "cpu:2", "--announce", announce];
        var silo = slow ? SheafProcess.Slow("Silo", arguments) : SheafProcess.Silo(arguments);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while (!File.Exists(announce))
        {
            Assert.True(await timer.WaitForNextTickAsync(patience.Token));
        }

        return (silo, JsonDocument.Parse(await File.ReadAllTextAsync(announce, patience.Token)).RootElement.GetProperty("grpc").GetString()!);
    }
}
