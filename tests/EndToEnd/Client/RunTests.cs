using Grpc.Core;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>`run` around a silo of the test's: submit, follow, Ctrl-C once and twice, a silo that dies.</summary>
public sealed class RunTests : IAsyncLifetime
{
    private readonly TestClient _client = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-run-");
    private FakeServer _server = null!;
    private FakeSilo _silo = null!;

    private string SpecPath => Path.Combine(_folder.FullName, "tiny.yaml");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(SpecPath, Answers.Spec);
        _server = await FakeServer.StartAsync();
        _silo = new FakeSilo(_server, Path.Combine(_folder.FullName, "silo.log"));
        _client.Silos = _silo;
        _client.With("XDG_DATA_HOME", _folder.FullName);
        _server.Experiments.OnSubmit = request => Answers.Experiment(request.ExperimentId, State.Starting);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Run_ToTheEnd_PrintsTheSummaryAndStopsItsSilo()
    {
        _server.Experiments.OnWatch = request => Answers.Stream(
            Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Running)), Answers.Progress(1, 3), Answers.Update(
                2, Answers.Experiment(request.ExperimentId, State.Completed, step: 10)));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("run", SpecPath, "--seed", "7", "--set", "metrics=[r_squared]"));

        Assert.Matches("test accuracy: +90.00 %", _client.Out.Text);
        Assert.Contains($"./sheaf run {SpecPath} --workers 1 --set 'metrics=[r_squared]' --set seed=7  #", _client.Out.Text, StringComparison.Ordinal);
        Assert.True(_silo.Stopped);
        Assert.Equal(Path.Combine(_folder.FullName, "sheaf"), _silo.Started!.DataDirectory);
        Assert.Equal($"cpu:{Math.Max(2, Environment.ProcessorCount)}", _silo.Started.Devices);
    }

    [Fact]
    public async Task Run_CtrlC_PausesStopsTheSiloAndPrintsTheCommandThatResumes()
    {
        var paused = new TaskCompletionSource<Experiment>(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Experiments.OnPause = id =>
        {
            paused.SetResult(Answers.Experiment(id, State.Paused, step: 4));
            return Task.FromResult(Answers.Experiment(id, State.Running, step: 3));
        };
        _server.Experiments.OnWatch = RunUntilPaused;

        var running = _client.RunAsync("run", SpecPath);
        await _client.Out.WaitForAsync("step 3/10");
        _client.Interrupts.Press();

        Assert.Equal(ExitCode.Interrupted, await running);
        var id = Assert.Single(_server.Experiments.Submitted).ExperimentId;
        Assert.Contains("Paused at step 4 of 10.", _client.Out.Text, StringComparison.Ordinal);
        Assert.Contains($"checkpoint at step 4: /data/{id}/step-4", _client.Out.Text, StringComparison.Ordinal);
        Assert.Contains($"./sheaf run --resume {id}", _client.Out.Text, StringComparison.Ordinal);
        Assert.True(_silo.Stopped);

        async IAsyncEnumerable<Update> RunUntilPaused(WatchRequest request)
        {
            yield return Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Running));
            yield return Answers.Progress(1, 3);
            yield return Answers.Update(2, await paused.Task);
        }
    }

    [Fact]
    public async Task Run_CtrlCAsItCompletes_PrintsTheSummary()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Experiments.OnPause = _ =>
        {
            asked.SetResult();
            throw FakeServer.Error(StatusCode.FailedPrecondition, "it is completed");
        };
        _server.Experiments.OnWatch = Run;

        var running = _client.RunAsync("run", SpecPath);
        await _client.Out.WaitForAsync("step 9/10");
        _client.Interrupts.Press();

        Assert.Equal(ExitCode.Ok, await running);

        async IAsyncEnumerable<Update> Run(WatchRequest request)
        {
            yield return Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Running));
            yield return Answers.Progress(1, 9);
            await asked.Task;
            yield return Answers.Update(2, Answers.Experiment(request.ExperimentId, State.Completed, step: 10));
        }
    }

    [Fact]
    public async Task Run_SecondCtrlC_DoesNotWaitForThePause()
    {
        _server.Experiments.OnPause = id => Task.FromResult(Answers.Experiment(id, State.Running, step: 3));
        _server.Experiments.OnWatch = request => Answers.StreamThenSilence(
            [Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Running)), Answers.Progress(1, 3)]);

        var running = _client.RunAsync("run", SpecPath);
        await _client.Out.WaitForAsync("step 3/10");
        _client.Interrupts.Press();
        await _client.Out.WaitForAsync("Ctrl-C again kills it");
        _client.Interrupts.Press();

        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Contains("Killed.", _client.Out.Text, StringComparison.Ordinal);
        Assert.Contains("./sheaf run --resume tiny-", _client.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SiloDies_SaysHowWithItsLastLinesAndTheCommandThatGoesOn()
    {
        await File.WriteAllTextAsync(_silo.LogPath, "all is well\nbad_alloc: no memory\n", TestContext.Current.CancellationToken);
        _server.Experiments.OnWatch = request => Answers.StreamThenSilence(
            [Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Running)), Answers.Progress(1, 3)]);

        var running = _client.RunAsync("run", SpecPath);
        await _client.Out.WaitForAsync("step 3/10");
        _silo.Die(137);

        Assert.Equal(ExitCode.RunFailed, await running);
        Assert.Contains("the silo of this run died: it was killed (SIGKILL)", _client.Error.Text, StringComparison.Ordinal);
        Assert.Contains("bad_alloc: no memory", _client.Error.Text, StringComparison.Ordinal);
        Assert.Contains("./sheaf run --resume tiny-", _client.Error.Text, StringComparison.Ordinal);
        Assert.Contains(_silo.LogPath, _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerFails_NamesTheSilosLog()
    {
        _server.Experiments.OnSubmit = _ => throw FakeServer.Error(StatusCode.Internal, "a bug");

        Assert.Equal(ExitCode.RunFailed, await _client.RunAsync("run", SpecPath));

        Assert.Contains("a bug", _client.Error.Text, StringComparison.Ordinal);
        Assert.Contains(_silo.LogPath, _client.Error.Text, StringComparison.Ordinal);
        Assert.True(_silo.Stopped);
    }

    [Fact]
    public async Task Resume_PausedRun_IsResumedAndFollowed()
    {
        _server.Experiments.OnDescribe = id => Answers.Experiment(id, State.Paused, step: 4);
        _server.Experiments.OnResume = id => Answers.Experiment(id, State.Starting, step: 4);
        _server.Experiments.OnWatch = request => Answers.Stream(Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Completed, step: 10)));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("run", "--resume", "tiny-1", "--data", _folder.FullName));

        Assert.Equal(["describe", "resume", "watch"], _server.Experiments.Calls);
    }

    [Fact]
    public async Task Resume_RunThatTheSiloResumedByItself_IsOnlyFollowed()
    {
        _server.Experiments.OnDescribe = id => Answers.Experiment(id, State.Running, step: 4);
        _server.Experiments.OnWatch = request => Answers.Stream(Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Completed, step: 10)));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("run", "--resume", "tiny-1"));

        Assert.Equal(["describe", "watch"], _server.Experiments.Calls);
    }

    [Fact]
    public async Task Resume_UnknownRun_NamesThoseThatThereAre()
    {
        _server.Experiments.OnDescribe = _ => throw FakeServer.Error(StatusCode.NotFound, "no");
        _server.Experiments.OnList = _ => [new ExperimentSummary { Id = "tiny-2", State = State.Paused }];

        Assert.Equal(ExitCode.NotFound, await _client.RunAsync("run", "--resume", "tiny-1"));

        Assert.Contains("tiny-2 (paused)", _client.Error.Text, StringComparison.Ordinal);
        Assert.True(_silo.Stopped);
    }

    [Fact]
    public async Task Resume_FailedRun_IsExitCode5()
    {
        _server.Experiments.OnDescribe = id => Answers.Experiment(id, State.Failed, reason: "the loss is NaN");
        _server.Experiments.OnResume = _ => throw FakeServer.Error(StatusCode.FailedPrecondition, "it stays so");

        Assert.Equal(ExitCode.WrongState, await _client.RunAsync("run", "--resume", "tiny-1"));

        Assert.Contains("the loss is NaN", _client.Error.Text, StringComparison.Ordinal);
        Assert.Contains("it stays so", _client.Error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(State.Failed)]
    [InlineData(State.Cancelled)]
    [InlineData(State.Paused)]
    [InlineData(State.Queued)]
    public async Task Resume_OfWhatTheServerResumes_IsNoMatterOfTheClients(State state)
    {
        _server.Experiments.OnDescribe = id =>
        {
            var experiment = Answers.Experiment(id, state, step: 4, reason: "the disk is full");
            experiment.Resumable = true;
            return experiment;
        };
        _server.Experiments.OnResume = id => Answers.Experiment(id, State.Starting, step: 4);
        _server.Experiments.OnWatch = request => Answers.Stream(Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Completed, step: 10)));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("run", "--resume", "tiny-1"));

        Assert.Equal(["describe", "resume", "watch"], _server.Experiments.Calls);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "No space left on device")]
    [InlineData(StatusCode.Internal, "IOException: No space left on device")]
    [InlineData(StatusCode.FailedPrecondition, "it is just starting")]
    public async Task Run_CtrlCThatTheServerRefuses_IsSaidAndTriedAgain(StatusCode code, string reason)
    {
        var refusals = 0;
        var paused = new TaskCompletionSource<Experiment>(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Experiments.OnPause = id =>
        {
            if (refusals++ < 2)
            {
                throw FakeServer.Error(code, reason);
            }

            paused.SetResult(Answers.Experiment(id, State.Paused, step: 4));
            return Task.FromResult(Answers.Experiment(id, State.Running, step: 3));
        };
        _server.Experiments.OnWatch = RunUntilPaused;

        var running = _client.RunAsync("run", SpecPath);
        await _client.Out.WaitForAsync("step 3/10");
        _client.Interrupts.Press();

        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Contains($"the pause was refused and is tried again: {reason} (Ctrl-C again kills", _client.Out.Text, StringComparison.Ordinal);
        Assert.Contains("Paused at step 4 of 10.", _client.Out.Text, StringComparison.Ordinal);

        async IAsyncEnumerable<Update> RunUntilPaused(WatchRequest request)
        {
            yield return Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Running));
            yield return Answers.Progress(1, 3);
            yield return Answers.Update(2, await paused.Task);
        }
    }

    [Theory]
    [InlineData("gpu:1")]
    [InlineData("cpu:0")]
    public async Task Run_DevicesThatAreNone_AreBadUsageBeforeASiloStarts(string devices)
    {
        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("run", SpecPath, "--devices", devices));

        Assert.Contains("expected cpu:N or cuda:N", _client.Error.Text, StringComparison.Ordinal);
        Assert.Null(_silo.Started);
    }

    [Fact]
    public async Task Run_WhoseOutputIsLost_GoesOnAndSaysSoOnce()
    {
        _server.Experiments.OnWatch = request => Answers.Stream(
            Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Running)), Answers.Progress(1, 3), Answers.Update(
                2, Answers.Experiment(request.ExperimentId, State.Completed, step: 10)));
        _client.Output.Fail("No space left on device");

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("run", SpecPath));

        Assert.Equal(
            "warning: standard output cannot be written (No space left on device); the training goes on; Ctrl-C pauses it", Assert.Single(_client.Error.Lines));
    }

    [Fact]
    public async Task Run_BadSpec_StartsNoSilo()
    {
        await File.WriteAllTextAsync(SpecPath, "name: x\n", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("run", SpecPath));

        Assert.Null(_silo.Started);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "a.yaml", "--resume", "tiny-1")]
    [InlineData("run", "--resume", "tiny-1", "--workers", "2")]
    [InlineData("run", "a.yaml", "--set", "no-equals-sign")]
    public async Task Run_ContradictoryArguments_AreBadUsage(params string[] arguments)
    {
        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync(arguments));

        Assert.Contains("./sheaf run --help", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnATerminal_DrawsLiveAndEndsWithTheSummary()
    {
        using var client = new TestClient { OutIsTerminal = true, Silos = _silo };
        client.With("XDG_DATA_HOME", _folder.FullName).With("TERM", "xterm");
        _server.Experiments.OnWatch = request => Answers.Stream(
            Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Running)), Answers.Progress(1, 3), Answers.Update(
                2, Answers.Experiment(request.ExperimentId, State.Completed, step: 10)));

        Assert.True(await client.RunAsync("run", SpecPath) == ExitCode.Ok, client.Error.Text);

        Assert.Contains("\e[", client.Out.Text, StringComparison.Ordinal);
        Assert.Contains("test accuracy", client.Out.Text, StringComparison.Ordinal);
    }
}
