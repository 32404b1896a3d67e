using Grpc.Core;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>Following a run of somebody's server: to its end, away from it, and through a lost connection.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private readonly TestClient _client = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-watch-");
    private FakeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _client.With(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(State.Completed, ExitCode.Ok, "completed")]
    [InlineData(State.Failed, ExitCode.RunFailed, "failed")]
    [InlineData(State.Cancelled, ExitCode.RunFailed, "cancelled")]
    public async Task Watch_RunEnds_LastJsonLineAndExitCodeSaySo(State end, int exitCode, string name)
    {
        _server.Experiments.OnWatch = request => Answers.Stream(
            Answers.Update(0, Answers.Experiment("tiny-1", State.Running)), Answers.Progress(1, 3), Answers.Update(
                2, Answers.Experiment("tiny-1", end, step: 10, reason: "as told")));

        Assert.Equal(exitCode, await _client.RunAsync("watch", "tiny-1", "--output", "json"));

        Assert.Equal(["state", "progress", "checkpoint", "state", "completed"], _client.JsonLines.Select(line => line.GetProperty("event").GetString()));
        var last = _client.JsonLines[^1];
        Assert.Equal(
            ("tiny-1", name, 10), (last.GetProperty("experiment").GetString(), last.GetProperty("state").GetString(), last.GetProperty("steps").GetInt64()));
    }

    [Fact]
    public async Task Watch_WithTensorBoard_WritesEveryStepOnceHoweverOftenItIsCalled()
    {
        var done = Answers.Experiment("tiny-1", State.Completed, step: 10);
        done.Evaluations.Add(new Evaluation { Step = 5, Rows = Rows.Validation, Loss = 0.3 });
        done.Evaluations.Add(new Evaluation { Step = 10, Rows = Rows.Validation, Loss = 0.2 });
        done.Started = done.Submitted;
        done.Ended = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddSeconds(10));
        var now = Answers.Experiment("tiny-1", State.Running, step: 4);
        var asked = new List<long>();
        _server.Experiments.OnDescribe = _ => now;
        _server.Experiments.OnMetrics = request =>
        {
            asked.Add(request.FromStep);
            return Enumerable.Range(0, (int)now.Step).Where(step => step >= request.FromStep).Select(step => new StepMetrics { Step = step, Loss = step });
        };
        _server.Experiments.OnWatch = _ => Ending();

        async IAsyncEnumerable<Update> Ending()
        {
            yield return Answers.Update(0, Answers.Experiment("tiny-1", State.Running, step: 4));
            await Task.Yield();
            now = done;
            yield return Answers.Update(1, done);
        }

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("watch", "tiny-1", "--tensorboard", _folder.FullName));
        var files = _folder.GetFiles("*", SearchOption.AllDirectories).ToDictionary(file => file.Directory!.Name, file => File.ReadAllBytes(file.FullName));
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("metrics", "tiny-1", "--tensorboard", _folder.FullName));

        Assert.Equal(["train", "validation"], files.Keys.Order());
        Assert.All(_folder.GetFiles("*", SearchOption.AllDirectories), file => Assert.Equal(files[file.Directory!.Name], File.ReadAllBytes(file.FullName)));
        Assert.Equal(10, asked[^1]);
        Assert.Equal(0, asked[0]);
        Assert.Contains("0 steps more", _client.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WithAFolderForTensorBoardThatCannotBeWritten_SaysSoOnceAndGoesOn()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "taken"), "a file", TestContext.Current.CancellationToken);
        _server.Experiments.OnDescribe = _ => Answers.Experiment("tiny-1", State.Running);
        _server.Experiments.OnMetrics = _ => [];
        _server.Experiments.OnWatch = _ => Answers.Stream(
            Answers.Update(0, Answers.Experiment("tiny-1", State.Running)), Answers.Update(1, Answers.Experiment("tiny-1", State.Completed, step: 10)));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("watch", "tiny-1", "--tensorboard", Path.Combine(_folder.FullName, "taken")));

        Assert.Single(_client.Out.Lines, line => line.Contains("no more is written for TensorBoard", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_UnknownExperiment_IsExitCode3()
    {
        _server.Experiments.OnWatch = _ => throw FakeServer.Error(StatusCode.NotFound, "no experiment tiny-9");

        Assert.Equal(ExitCode.NotFound, await _client.RunAsync("watch", "tiny-9"));

        Assert.Contains("./sheaf list", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_CtrlC_DetachesHarmlesslyAndSaysHowToComeBack()
    {
        _server.Experiments.OnWatch = _ => Answers.StreamThenSilence([Answers.Update(0, Answers.Experiment("tiny-1", State.Running)), Answers.Progress(1, 3)]);

        var watching = _client.RunAsync("watch", "tiny-1");
        await _client.Out.WaitForAsync("step 3/10");
        _client.Interrupts.Press();

        Assert.Equal(ExitCode.Interrupted, await watching);
        Assert.Contains("./sheaf watch tiny-1", _client.Out.Text, StringComparison.Ordinal);
        Assert.Equal(["watch"], _server.Experiments.Calls);
    }

    [Fact]
    public async Task Watch_ServerGoesAwayForAMoment_GoesOnAfterTheLastSequenceAndTellsSo()
    {
        _server.Experiments.OnWatch = request => request.FromSequence == 0
            ? Answers.StreamThenLost(Answers.Update(4, Answers.Experiment("tiny-1", State.Running)), Answers.Progress(5, 3))
            : Answers.Stream(Answers.Progress(6, 7), Answers.Update(7, Answers.Experiment("tiny-1", State.Completed, step: 10)));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("watch", "tiny-1"));

        Assert.Equal([0, 6], _server.Experiments.Watched.Select(request => request.FromSequence));
        Assert.Contains("the server does not answer", _client.Out.Text, StringComparison.Ordinal);
        Assert.Contains("the server is back", _client.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_StreamThatEndsEarlyWithoutError_IsTakenUpAgain()
    {
        _server.Experiments.OnWatch = request => request.FromSequence == 0
            ? Answers.Stream(Answers.Update(0, Answers.Experiment("tiny-1", State.Running)))
            : Answers.Stream(Answers.Update(1, Answers.Experiment("tiny-1", State.Completed, step: 10)));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("watch", "tiny-1", "--output", "json"));

        Assert.Equal("completed", _client.JsonLines[^1].GetProperty("event").GetString());
    }

    [Fact]
    public async Task SubmitFollow_EndsWithTheSameLineAsRun()
    {
        var spec = Path.Combine(_folder.FullName, "tiny.yaml");
        await File.WriteAllTextAsync(spec, Answers.Spec, TestContext.Current.CancellationToken);
        _server.Experiments.OnSubmit = request => Answers.Experiment(request.ExperimentId, State.Starting);
        _server.Experiments.OnWatch = request => Answers.Stream(Answers.Update(0, Answers.Experiment(request.ExperimentId, State.Completed, step: 10)));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("submit", spec, "--follow", "--output", "json"));

        Assert.Equal("submitted", _client.JsonLines[0].GetProperty("event").GetString());
        Assert.Equal(
            ["event", "experiment", "state", "steps", "weights_sha256", "samples_per_second", "metrics", "checkpoint"],
            _client.JsonLines[^1].EnumerateObject().Select(property => property.Name));
    }
}
