using Grpc.Core;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>Verbs about a cluster and the runs on it: what they print, and their exit codes.</summary>
public sealed class ClusterVerbsTests : IAsyncLifetime
{
    private readonly TestClient _client = new();
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
    }

    [Fact]
    public async Task Cluster_AsJson_IsOneObjectWithExactlyTheKeysOfTheDocumentation()
    {
        _server.Cluster.Description = new ClusterDescription
        {
            Silos =
            {
                new V1.Silo { Name = "a", Pid = 7, Status = "active", Devices = { new Device { Name = "cpu:0" } },
                    Workers = { new SiloWorker { ExperimentId = "e", Worker = 1, Device = "cpu:0" } }, Coordinates = { "e" } },
                new V1.Silo { Name = "b", Pid = 8, Status = "dead" },
            },
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("cluster", "--output", "json"));

        Assert.Equal(
            """{"silos":[{"name":"a","pid":7,"status":"active","devices":["cpu:0"],"workers":["""
            + """{"experiment":"e","worker":1,"device":"cpu:0"}],"troubles":[],"coordinates":["e"]},"""
            + """{"name":"b","pid":8,"status":"dead","devices":[],"workers":[],"troubles":[],"coordinates":[]}]}""",
            Assert.Single(_client.Out.Lines));
    }

    [Fact]
    public async Task Cluster_AsText_IsATable()
    {
        _server.Cluster.Description =
            new ClusterDescription { Silos = { new V1.Silo { Name = "a", Pid = 7, Status = "draining", Devices = { new Device { Name = "cpu:0" } } } } };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("cluster"));

        Assert.Matches("a +7 +draining +cpu:0 +- +-", _client.Out.Text);
    }

    [Fact]
    public async Task Scale_PassesTheNumberOn()
    {
        ScaleRequest? asked = null;
        _server.Experiments.OnScale = request =>
        {
            asked = request;
            return Answers.Experiment(request.ExperimentId, State.Running);
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("scale", "tiny-1", "--workers", "3"));

        Assert.Equal(("tiny-1", 3), (asked!.ExperimentId, asked.Workers));
        Assert.Contains("3 workers wanted", _client.Out.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scale", "tiny-1")]
    [InlineData("scale", "tiny-1", "--workers", "0")]
    [InlineData("replay", "tiny-1")]
    [InlineData("cluster", "up", "--silos", "0")]
    [InlineData("cluster", "up", "--devices-per-silo", "2000")]
    [InlineData("cluster", "schema")]
    public async Task WhatIsMissingOrOutOfRange_IsBadUsage(params string[] arguments) => Assert.Equal(ExitCode.BadUsage, await _client.RunAsync(arguments));

    /// <summary>The variable names the cluster, as --cluster and --data do; the default folder has nothing to do with it.</summary>
    [Theory]
    [InlineData("start", "silo-2")]
    [InlineData("stop", "silo-2")]
    [InlineData("down")]
    public async Task ClusterOfTheVariable_IsTheOneThatIsStartedAndStopped(params string[] verb)
    {
        var folder = Directory.CreateTempSubdirectory("sheaf-elsewhere-");
        try
        {
            var (named, usual) = (folder.CreateSubdirectory("named"), folder.CreateSubdirectory("usual"));
            using var client = new TestClient().With("SHEAF_CLUSTER", named.FullName).With("XDG_DATA_HOME", usual.FullName);

            Assert.Equal(ExitCode.NotFound, await client.RunAsync(["cluster", .. verb]));

            Assert.Contains($"there is no cluster in {named.FullName}\n", client.Error.Text, StringComparison.Ordinal);
            Assert.Empty(usual.EnumerateFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Scale_ThatTheStateForbids_IsWrongState()
    {
        _server.Experiments.OnScale = _ => throw FakeServer.Error(StatusCode.FailedPrecondition, "it has 4 shards");

        Assert.Equal(ExitCode.WrongState, await _client.RunAsync("scale", "tiny-1", "--workers", "9"));

        Assert.Contains("it has 4 shards", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_WithWait_AsksUntilNoWorkerIsLeft()
    {
        _server.Cluster.Drained.Enqueue(new V1.Silo { Name = "b", Status = "draining", Workers = { new SiloWorker() } });
        _server.Cluster.Drained.Enqueue(new V1.Silo { Name = "b", Status = "draining", Workers = { new SiloWorker() } });
        _server.Cluster.Drained.Enqueue(new V1.Silo { Name = "b", Status = "drained" });

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("drain", "b", "--wait"));

        Assert.Equal(3, _server.Cluster.Drains.Count);
        Assert.Contains("no worker is on it", _client.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_WithoutWait_SaysWhatIsLeft()
    {
        _server.Cluster.Drained.Enqueue(new V1.Silo { Name = "b", Status = "draining", Workers = { new SiloWorker() } });

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("drain", "b"));

        Assert.Contains("1 worker still on it", _client.Out.Text, StringComparison.Ordinal);
        Assert.Contains("./sheaf drain b --wait", _client.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_NamesWorkerSiloPhaseCauseAndTheNextCommands()
    {
        _server.Experiments.OnWhy = _ => new WhyResponse
        {
            Verdict = WhyResponse.Types.Verdict.Slow, Worker = 2, Silo = "b", Phase = "computing", Cause = "it is slow",
            Next = { "drain b", "logs tiny-1 --worker 2" }, Asked = "a",
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("why", "tiny-1"));
        Assert.Matches(@"slow\n  worker:  2\n  silo:    b\n  phase:   computing\n  cause:   it is slow\n"
            + @"  next:    ./sheaf drain b\n           ./sheaf logs tiny-1 --worker 2", _client.Out.Text);

        using var second = new TestClient().With(_server);
        Assert.Equal(ExitCode.Ok, await second.RunAsync("why", "tiny-1", "--output", "json"));
        var json = Assert.Single(second.JsonLines);
        Assert.Equal(["experiment", "verdict", "worker", "silo", "phase", "cause", "next", "asked"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("slow", 2), (json.GetProperty("verdict").GetString(), json.GetProperty("worker").GetInt32()));
    }

    [Theory]
    [InlineData(true, ExitCode.Ok)]
    [InlineData(false, ExitCode.RunFailed)]
    public async Task Audit_EndsWithItsVerdict(bool proven, int code)
    {
        _server.Experiments.OnAudit = _ =>
        [
            new AuditMessage { Generation = new Generation { Number = 1, Reason = "submitted", Origin = "seed", Reduction = "peer",
                Workers = { new Worker { Number = 0, Silo = "a", Device = "cpu:0", FirstShard = 0, ShardCount = 4 } } } },
            new AuditMessage { Epoch = new AuditedEpoch { Epoch = 0, FirstStep = 0, EndStep = 10, Whole = true, Clean = proven } },
            new AuditMessage { Verdict = new AuditVerdict { Proven = proven, Steps = 10, Summary = "that is all" } },
        ];

        Assert.Equal(code, await _client.RunAsync("audit", "tiny-1", "--output", "json"));

        Assert.Equal(["generation", "epoch", "verdict"], _client.JsonLines.Select(line => line.GetProperty("event").GetString()));
        using var text = new TestClient().With(_server);
        Assert.Equal(code, await text.RunAsync("audit", "tiny-1"));
        Assert.Contains(proven ? "epoch 1, steps 0 to 9: every sample exactly once" : "not proven", text.Out.Text, StringComparison.Ordinal);
        Assert.Contains("worker 0 on cpu:0 of a: shards 0-3", text.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_ThatBreaksOff_ProvesNothing()
    {
        _server.Experiments.OnAudit = _ => [];

        Assert.Equal(ExitCode.RunFailed, await _client.RunAsync("audit", "tiny-1"));
    }

    [Theory]
    [InlineData(5UL, ExitCode.Ok, "the same")]
    [InlineData(6UL, ExitCode.RunFailed, "different")]
    public async Task Replay_ComparesWithTheLedger(ulong recorded, int code, string word)
    {
        _server.Experiments.OnReplay = request =>
        [
            new ReplayMessage { Begin = new ReplayBegin { FromStep = 4, Origin = "/c", Silo = "a", Fingerprint = "f" } },
            new ReplayMessage { Step = new ReplayedStep { Step = request.Step, GradientHash = 5, RecordedHash = recorded } },
            new ReplayMessage { Verdict = new ReplayVerdict { Same = recorded == 5, Steps = 1, Summary = "that is all" } },
        ];

        Assert.Equal(code, await _client.RunAsync("replay", "tiny-1", "--step", "7"));

        Assert.Contains($"step 7: computed 0000000000000005, ledger {recorded:x16}: {word}", _client.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WhoseSiloIsGone_GoesOnWithAnotherSiloOfTheCluster()
    {
        await using var other = await FakeServer.StartAsync();
        _server.Cluster.Description = other.Cluster.Description = new ClusterDescription
        {
            Silos = { new V1.Silo { Name = "a", Status = "active", Grpc = _server.Address.ToString() },
                new V1.Silo { Name = "b", Status = "active", Grpc = other.Address.ToString() } },
        };
        other.Experiments.OnWatch = _ => Answers.Stream(Answers.Update(5, Answers.Experiment("tiny-1", State.Completed, step: 10)));
        _server.Experiments.OnWatch = _ => Answers.StreamThenSilence([Answers.Update(0, Answers.Experiment("tiny-1", State.Running))]);

        var watching = _client.RunAsync("watch", "tiny-1", "--output", "json");
        await _client.Out.WaitForAsync("\"state\":\"running\"");
        await _server.DisposeAsync();

        Assert.Equal(ExitCode.Ok, await watching);
        Assert.Equal(1, Assert.Single(other.Experiments.Watched).FromSequence);
    }
}
