using System.Text.Json;
using Sheaf.Client.Failures;

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>`run` as a user starts it: a real client process with a real silo as its child.</summary>
public sealed class RunProcessTests(UndisturbedRun undisturbed) : IDisposable
{
    private readonly TinyExperiment _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task Run_ToTheEnd_PrintsJsonLinesAndACheckpointThatExists()
    {
        var (code, last, lines) = await undisturbed.ResultAsync();

        Assert.Equal(ExitCode.Ok, code);
        var events = lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()).ToList();
        Assert.Equal("submitted", events[0]);
        Assert.Contains("progress", events);
        Assert.Contains("evaluation", events);
        Assert.Contains("checkpoint", events);
        Assert.Equal("completed", events[^1]);
        Assert.Equal(("completed", 16_000), (last.GetProperty("state").GetString(), last.GetProperty("steps").GetInt64()));
        Assert.Matches("^[0-9a-f]{64}$", last.GetProperty("weights_sha256").GetString());
        Assert.True(last.GetProperty("samples_per_second").GetDouble() > 0);
        Assert.True(last.GetProperty("metrics").GetProperty("test_accuracy").GetDouble() > 0.8);
        Assert.Contains("step-", last.GetProperty("checkpoint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlC_ThenResume_EndsWithTheSameWeightsAsAnUndisturbedRunOnAnotherNumberOfWorkers()
    {
        var data = _tiny.Data("data");
        string id;
        await using (var run = SheafProcess.Slow("Client", "run", _tiny.Spec, "--workers", "2", "--data", data, "--output", "json"))
        {
            await run.Out.WaitForAsync("\"event\":\"progress\"");
            await run.SignalAsync("INT");

            Assert.Equal(ExitCode.Interrupted, await run.ExitAsync());
            var left = run.LastJson;
            Assert.Equal(("left", "paused"), (left.GetProperty("event").GetString(), left.GetProperty("state").GetString()));
            id = left.GetProperty("experiment").GetString()!;
            Assert.Equal($"./sheaf run --resume {id} --data {data}", left.GetProperty("commands")[0].GetString());
            Assert.True(Directory.Exists(left.GetProperty("checkpoint").GetString()));
            Assert.InRange(left.GetProperty("steps").GetInt64(), 1, 15_999);
        }

        await using var resumed = SheafProcess.Client("run", "--resume", id, "--data", data, "--output", "json");

        Assert.Equal(ExitCode.Ok, await resumed.ExitAsync());
        Assert.Equal(await undisturbed.WeightsAsync(), resumed.LastJson.GetProperty("weights_sha256").GetString());
        Assert.Equal(16_000, resumed.LastJson.GetProperty("steps").GetInt64());
    }

    [Fact]
    public async Task SiloOfTheRunIsKilled_RunSaysSoAndResumeEndsWithTheSameWeights()
    {
        var data = _tiny.Data("data");
        string id;
        await using (var run = SheafProcess.Client("run", _tiny.Spec, "--data", data, "--output", "json"))
        {
            await run.Out.WaitForAsync("\"event\":\"checkpoint\"");
            id = JsonDocument.Parse(run.Out.Lines[0]).RootElement.GetProperty("experiment").GetString()!;
            await run.SignalAsync("KILL", ChildOf(run.Id));

            Assert.Equal(ExitCode.RunFailed, await run.ExitAsync());
            Assert.Contains("the silo of this run died: it was killed (SIGKILL)", run.Error.Text, StringComparison.Ordinal);
            Assert.Contains($"./sheaf run --resume {id} --data {data}", run.Error.Text, StringComparison.Ordinal);
        }

        await using var resumed = SheafProcess.Client("run", "--resume", id, "--data", data, "--output", "json");

        Assert.Equal(ExitCode.Ok, await resumed.ExitAsync());
        Assert.Equal(await undisturbed.WeightsAsync(), resumed.LastJson.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public async Task ClientIsKilled_ItsSiloEndsToo()
    {
        await using var run = SheafProcess.Client("run", _tiny.Spec, "--data", _tiny.Data("data"), "--output", "json");
        await run.Out.WaitForAsync("\"event\":\"progress\"");
        var silo = ChildOf(run.Id);

        await run.SignalAsync("KILL");

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while (Directory.Exists($"/proc/{silo}")
            && !(await File.ReadAllTextAsync($"/proc/{silo}/stat", patience.Token)).Contains(") Z", StringComparison.Ordinal))
        {
            Assert.True(await timer.WaitForNextTickAsync(patience.Token));
        }
    }

    [Fact]
    public async Task SecondRunOnTheSameDirectory_IsRefusedWithTheReasonAndTheFirstGoesOn()
    {
        var data = _tiny.Data("data");
        await using var first = SheafProcess.Slow("Client", "run", _tiny.Spec, "--data", data, "--output", "json");
        await first.Out.WaitForAsync("\"event\":\"progress\"");

        await using (var second = SheafProcess.Client("run", _tiny.Spec, "--data", data))
        {
            Assert.Equal(ExitCode.BadUsage, await second.ExitAsync());
            Assert.Contains("the silo refused to start", second.Error.Text, StringComparison.Ordinal);
            Assert.Contains(data, second.Error.Text, StringComparison.Ordinal);
        }

        await first.SignalAsync("INT");
        Assert.Equal(ExitCode.Interrupted, await first.ExitAsync());
    }

    [Fact]
    public async Task DataThatIsBroken_IsExitCode2WithThePlaceInTheSpec()
    {
        await File.AppendAllTextAsync(_tiny.Rows, "1,2,not a number,0\n", TestContext.Current.CancellationToken);

        await using var run = SheafProcess.Client("run", _tiny.Spec, "--data", _tiny.Data("data"));

        Assert.Equal(ExitCode.BadUsage, await run.ExitAsync());
        Assert.Contains(_tiny.Spec, run.Error.Text, StringComparison.Ordinal);
        Assert.Contains("not a number", run.Error.Text, StringComparison.Ordinal);
    }

    // A child is listed by the thread that started it.
    private static int ChildOf(int processId) => Directory.GetDirectories($"/proc/{processId}/task")
        .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(int.Parse).First();
}
