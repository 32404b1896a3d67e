using Google.Protobuf;
using Grpc.Core;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>Verbs that ask once: what they print, and their exit codes.</summary>
public sealed class VerbsTests : IAsyncLifetime
{
    private readonly TestClient _client = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-verbs-");
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

    [Fact]
    public async Task List_PrintsOneRowAnExperimentAndPassesStatesOn()
    {
        ListRequest? asked = null;
        _server.Experiments.OnList = request =>
        {
            asked = request;
            return [new ExperimentSummary { Id = "tiny-1", State = State.Running, Step = 1200, TotalSteps = 4690, Workers = 2 }];
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("list", "--state", "running"));

        Assert.Equal([State.Running], asked!.States);
        Assert.Matches("tiny-1 +running +1,200 +4,690 +2", _client.Out.Text);
    }

    [Fact]
    public async Task Describe_AsJson_IsOneObject()
    {
        _server.Experiments.OnDescribe = id => Answers.Experiment(id, State.Completed, step: 10);

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("describe", "tiny-1", "--output", "json"));

        var json = Assert.Single(_client.JsonLines);
        Assert.Equal(("tiny-1", "completed"), (json.GetProperty("experiment").GetString(), json.GetProperty("state").GetString()));
        Assert.Equal(0.9, json.GetProperty("result").GetProperty("metrics").GetProperty("test_accuracy").GetDouble());
        Assert.Equal(10, Assert.Single(json.GetProperty("checkpoints").EnumerateArray()).GetProperty("step").GetInt64());
    }

    [Theory]
    [InlineData(StatusCode.NotFound, ExitCode.NotFound)]
    [InlineData(StatusCode.FailedPrecondition, ExitCode.WrongState)]
    [InlineData(StatusCode.InvalidArgument, ExitCode.BadUsage)]
    [InlineData(StatusCode.Unavailable, ExitCode.NotNow)]
    [InlineData(StatusCode.DeadlineExceeded, ExitCode.NotNow)]
    [InlineData(StatusCode.Internal, ExitCode.RunFailed)]
    public async Task Failure_EndsWithItsExitCodeAndSaysWhatWasTried(StatusCode code, int exitCode)
    {
        _server.Experiments.OnCancel = _ => throw FakeServer.Error(code, "because of the test");

        Assert.Equal(exitCode, await _client.RunAsync("cancel", "tiny-1"));

        Assert.Contains("error: could not cancel tiny-1", _client.Error.Text, StringComparison.Ordinal);
        Assert.Contains("  do:", _client.Error.Text, StringComparison.Ordinal);
        Assert.Empty(_client.Out.Text);
    }

    [Fact]
    public async Task Failure_AsJson_IsALineOnStandardOutputToo()
    {
        _server.Experiments.OnDescribe = _ => throw FakeServer.Error(StatusCode.NotFound, "no experiment tiny-1");

        Assert.Equal(ExitCode.NotFound, await _client.RunAsync("describe", "tiny-1", "--output", "json"));

        var json = Assert.Single(_client.JsonLines);
        Assert.Equal(("error", ExitCode.NotFound), (json.GetProperty("event").GetString(), json.GetProperty("exit_code").GetInt32()));
    }

    [Fact]
    public async Task ServerThatIsNotThere_IsExitCode4WithTheWayToStartOne()
    {
        var address = _server.Address;
        await _server.DisposeAsync();

        Assert.Equal(ExitCode.Unreachable, await _client.RunAsync("list", "--server", address.Authority));

        Assert.Contains($"the server at http://{address.Authority} cannot be reached", _client.Error.Text, StringComparison.Ordinal);
        Assert.Contains("./sheaf silo", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_PrintsHowToGoOn()
    {
        _server.Experiments.OnPause = id => Task.FromResult(Answers.Experiment(id, State.Paused, step: 5));

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("pause", "tiny-1", "--server", _server.Address.ToString()));

        Assert.Contains($"./sheaf resume tiny-1 --server {_server.Address}", _client.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_OfOneWorker_AsksForItAndPrintsItsLines()
    {
        LogsRequest? asked = null;
        _server.Experiments.OnLogs = request =>
        {
            asked = request;
            return [new LogLine { Source = "worker-1", Level = "info", Message = "began at step 0" }];
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("logs", "tiny-1", "--worker", "1"));

        Assert.Equal((true, 1, false), (asked!.HasWorker, asked.Worker, asked.Follow));
        Assert.Contains("worker-1", Assert.Single(_client.Out.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_AsCsv_HasEveryStepAndRoundTripsNumbers()
    {
        _server.Experiments.OnDescribe = id =>
        {
            var experiment = Answers.Experiment(id, State.Completed, step: 10);
            experiment.MetricNames.Add("accuracy");
            return experiment;
        };
        _server.Experiments.OnMetrics = _ => Enumerable.Range(0, 100).Select(step => new StepMetrics
        {
            Step = step, Loss = 0.1, Metrics = { 0.25 }, LearningRate = 0.05, Samples = 64, GradientHash = 0xAB, Generation = 1,
            ComputeMicroseconds = { 10, 20 },
        });

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("metrics", "tiny-1", "--csv"));

        Assert.Equal("step,loss,accuracy,learning_rate,samples,gradient_hash,generation,compute_microseconds,skipped", _client.Out.Lines[0]);
        Assert.Equal("0,0.1,0.25,0.05,64,00000000000000ab,1,10 20,0", _client.Out.Lines[1]);
        Assert.Equal(101, _client.Out.Lines.Length);
    }

    [Fact]
    public async Task Metrics_ByEpoch_AddUpTheStepsAndHaveTheEvaluations()
    {
        var experiment = Answers.Experiment("tiny-1", State.Completed, step: 10);
        experiment.MetricNames.Add("accuracy");
        experiment.Evaluations.Add(new Evaluation { Step = 5, Rows = Rows.Validation, Loss = 0.3, Metrics = { 0.75 } });
        _server.Experiments.OnDescribe = _ => experiment;
        _server.Experiments.OnMetrics = _ => Enumerable.Range(0, 10).Select(
            step => new StepMetrics { Step = step, Loss = step, Metrics = { 0.5 }, LearningRate = 0.25, Samples = step % 5 == 4 ? 2 : 4, Skipped = step == 7 });

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("metrics", "tiny-1", "--by", "epoch", "--csv"));
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("metrics", "tiny-1", "--by", "epoch", "--output", "json"));

        Assert.Equal(
            [
                "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,steps,samples,skipped",
                "1,1.7777777777777777,0.5,0.3,0.75,0.25,5,18,0",
                "2,6.777777777777778,0.5,,,0.25,5,18,1",
                """{"epoch":1,"loss":1.7777777777777777,"metrics":{"accuracy":0.5},"validation":{"step":5,"loss":0.3,"metrics":{"accuracy":0.75}},"test":"""
                    + """null,"learning_rate":0.25,"steps":5,"samples":18,"skipped":0}""",
                """{"epoch":2,"loss":6.777777777777778,"metrics":{"accuracy":0.5},"validation":null,"test":"""
                    + """null,"learning_rate":0.25,"steps":5,"samples":18,"skipped":1}""",
            ],
            _client.Out.Lines);
    }

    [Fact]
    public async Task CheckpointVerify_OneIsDamaged_SaysHowAndEndsWith1()
    {
        _server.Checkpoints.Kept =
        [
            new VerifiedCheckpoint { Checkpoint = new Checkpoint { Step = 5, Path = "/c/5" }, Intact = true },
            new VerifiedCheckpoint { Checkpoint = new Checkpoint { Step = 10, Path = "/c/10" }, Problem = "model.safetensors is 3 bytes short" },
        ];

        Assert.Equal(ExitCode.RunFailed, await _client.RunAsync("checkpoint", "verify", "tiny-1"));
        Assert.Contains("step 10  /c/10  damaged: model.safetensors is 3 bytes short", _client.Out.Text, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("checkpoint", "verify", "tiny-1", "--step", "5"));
    }

    [Fact]
    public async Task CheckpointDownload_WritesTheFiles()
    {
        _server.Checkpoints.Chunks =
        [
            new CheckpointChunk { File = "manifest.json", Size = 2, Data = ByteString.CopyFromUtf8("{}") },
            new CheckpointChunk { File = "model.safetensors", Size = 3, Data = ByteString.CopyFromUtf8("ab") },
            new CheckpointChunk { Data = ByteString.CopyFromUtf8("c") },
        ];
        var target = Path.Combine(_folder.FullName, "model");

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("checkpoint", "download", "tiny-1", "--to", target, "--output", "json"));

        Assert.Equal("abc", await File.ReadAllTextAsync(Path.Combine(target, "model.safetensors"), TestContext.Current.CancellationToken));
        Assert.Equal([2, 3], _client.JsonLines.Select(line => line.GetProperty("bytes").GetInt64()));
    }

    [Fact]
    public async Task Devices_TellsWhatIsFree()
    {
        _server.Cluster.Description = new ClusterDescription
        {
            Silos =
            {
                new V1.Silo { Name = "silo-a", Devices = { new Device { Name = "cpu:0", Model = "a core", ExperimentId = "tiny-1", Worker = 1 },
                    new Device { Name = "cpu:1", Model = "a core" } } },
            },
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("devices"));

        Assert.Matches("silo-a +cpu:0 +a core +- +tiny-1, worker 1\nsilo-a +cpu:1 +a core +- +free", _client.Out.Text);
    }

    [Fact]
    public async Task ServerOfAnotherKind_IsNamedAsSuch()
    {
        Assert.Equal(ExitCode.Unreachable, await _client.RunAsync("list"));

        Assert.Contains("is no Sheaf server, or one of another version", _client.Error.Text, StringComparison.Ordinal);
    }
}
