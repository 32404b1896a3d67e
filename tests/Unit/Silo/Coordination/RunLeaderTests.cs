using Sheaf.Contracts.Messages;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>The leader against ports that the test writes: what is stored, what is told, and what happens when that fails.</summary>
public class RunLeaderTests
{
    private readonly FakePorts _ports = new();
    private readonly RunLeader _leader;

    public RunLeaderTests() => _leader = new(_ports, TimeProvider.System);

    [Fact]
    public async Task Report_EnsureTheLedgerIsOnTheStoreBeforeACheckpointCounts()
    {
        await Begin();
        await _leader.Report(Report(0, 4) with { Checkpoints = [Checkpoint(4)] });
        var calls = _ports.Calls.SkipWhile(call => call != "tell 4 steps").ToArray();
        Assert.Equal(["tell 4 steps", "flush", "write Starting with 1 checkpoints"], calls.Take(3));
    }

    [Fact]
    public async Task Report_EnsureARepeatedOneTellsNothingTwice()
    {
        await Begin();
        var report = Report(0, 4) with { Notes = ["once"], Checkpoints = [Checkpoint(4)] };
        _ports.FlushFails = true;
        await Assert.ThrowsAsync<IOException>(() => _leader.Report(report));
        await Assert.ThrowsAsync<IOException>(() => _leader.Report(report));
        Assert.Empty(_leader.Run!.Checkpoints);
        _ports.FlushFails = false;
        Assert.True(await _leader.Report(report));
        Assert.Equal([4L], _leader.Run.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Single(_ports.Events, text => text == "once");
        Assert.Single(_ports.Calls, call => call == "tell 4 steps");
    }

    [Fact]
    public async Task Write_EnsureAChangeThatIsNotStoredDidNotHappen()
    {
        await Begin();
        _ports.WriteFails = true;
        await Assert.ThrowsAsync<IOException>(() => _leader.Want(DesiredState.Pause));
        Assert.Equal(DesiredState.Run, _leader.Run!.Desired);
    }

    [Fact]
    public async Task Failure_EnsureDevicesAreReleasedEvenIfNobodyCanBeTold()
    {
        await Begin();
        var fault = new WorkerFault { Worker = 1, Failure = new() { Step = 2, Shard = 3, OfTheRun = true, Message = "the loss is NaN" } };
        _ports.FlushFails = true;
        Assert.True(await _leader.Report(Report(0, 2) with { Faults = [fault] }));
        Assert.Equal((RunState.Failed, "worker 1, step 2, shard 3: the loss is NaN"), (_leader.Run!.State, _leader.Run.Reason));
        Assert.Equal(["stop 0", "stop 1", "release"], _ports.Calls.TakeLast(3));
        Assert.Null(_leader.Session);
    }

    [Fact]
    public async Task Report_EnsureAnotherGenerationIsRefused()
    {
        await Begin();
        Assert.False(await _leader.Report(Report(0, 1) with { Generation = 0 }));
        Assert.False(await _leader.Report(Report(0, 1) with { Generation = 2 }));
        Assert.DoesNotContain("tell 1 steps", _ports.Calls);
    }

    [Fact]
    public async Task Touch_EnsureANewActivationWritesTheNextGenerationBeforeItActs()
    {
        await Begin();
        var stored = _leader.Run!;
        _ports.Calls.Clear();
        var next = new RunLeader(_ports, TimeProvider.System);
        next.Load(stored);
        await next.Touch();
        Assert.Equal(2, next.Run!.Generation);
        Assert.Equal(["write Recovering with 0 checkpoints", "tell 0 steps", "stop 0", "stop 1", "release", "write Starting with 0 checkpoints"], _ports.Calls.Take(6));
        Assert.True(_ports.Calls.IndexOf("lease 2") > _ports.Calls.LastIndexOf("write Starting with 0 checkpoints"));
    }

    private static CheckpointRecord Checkpoint(long step) => new() { Step = step, Generation = 1, Path = $"/c/{step}", Bytes = 1, WeightsSha256 = "" };

    private static SiloReport Report(long from, long until) => new()
    {
        Silo = "a",
        Generation = 1,
        Steps = Enumerable.Range((int)from, (int)(until - from)).SelectMany(step => new[] { Runs.Step(step, 0, new(0, 2)), Runs.Step(step, 1, new(2, 2)) }).ToArray(),
    };

    private async Task Begin()
    {
        await _leader.Submit(new() { ExperimentId = "run-1", SpecYaml = FakePorts.Spec, BasePath = "/" });
        Assert.Equal((RunState.Starting, 1L), (_leader.Run!.State, _leader.Run.Generation));
    }

    private sealed class FakePorts : IRunPorts
    {
        public const string Spec = """
            name: test
            data: { train: { format: csv, path: /x.csv, features: [x], target: y } }
            model: { layers: [ { linear: 1 } ] }
            loss: mean_squared_error
            optimizer: { sgd: { learning_rate: 0.1 } }
            batch_size: 10
            epochs: 3
            shards: 4
            workers: 2
            """;

        public List<string> Calls { get; } = [];

        public List<string> Events { get; } = [];

        public bool WriteFails { get; set; }

        public bool FlushFails { get; set; }

        public Task Write(RunRecord run)
        {
            Fail(WriteFails);
            Calls.Add($"write {run.State} with {run.Checkpoints.Count} checkpoints");
            return Task.CompletedTask;
        }

        public Task<Submission> Check(SubmitCommand command) => Task.FromResult(new Submission([], new()
        {
            Key = "key",
            FactsJson = """{"Files":[],"TrainCount":100,"Shape":[1],"Mean":[0],"Std":[1]}""",
            TrainCount = 100,
            Files = [],
        }));

        public Task Register(DatasetRecord dataset) => Task.CompletedTask;

        public Task Create(RunSnapshot run, string specYaml) => Task.CompletedTask;

        public Task Tell(string experimentId, RunNews news)
        {
            Calls.Add($"tell {news.Steps.Count} steps");
            Events.AddRange(news.Events.Select(happened => happened.Message));
            return Task.CompletedTask;
        }

        public void Warn(string experimentId, Exception failure) => Calls.Add("warn");

        public Task Flush(string experimentId)
        {
            Fail(FlushFails);
            Calls.Add("flush");
            return Task.CompletedTask;
        }

        public Task<ExperimentView?> View(string experimentId) => Task.FromResult<ExperimentView?>(null);

        public Task<DeviceAnswer> Request(DeviceRequest request) => Task.FromResult(new DeviceAnswer { Granted = Runs.Grants(request.Min), Fingerprint = "f" });

        public Task Release(string experimentId) => Call("release");

        public async Task<bool> Lease(string experimentId, ShardPlan plan, IReadOnlyList<ShardLease> byShard)
        {
            await Call($"lease {byShard[0].Generation}");
            return true;
        }

        public Task Advance(string experimentId, long generation, int shards, long step) => Task.CompletedTask;

        public Task<bool> Start(Assignment assignment) => Task.FromResult(true);

        public Task<bool> Direct(string experimentId, WorkerPlace worker, long generation, IReadOnlyList<Directive> directives) => Task.FromResult(true);

        public Task Stop(string experimentId, WorkerPlace worker, long generation, string reason) => Call($"stop {worker.Number}");

        public Task<(CheckpointRecord? Intact, IReadOnlyList<CheckpointFault> Damaged)> FirstIntact(IReadOnlyList<CheckpointRecord> byStep) =>
            Task.FromResult<(CheckpointRecord?, IReadOnlyList<CheckpointFault>)>((byStep.Count > 0 ? byStep[^1] : null, []));

        public Task Delete(IReadOnlyList<CheckpointRecord> checkpoints) => Task.CompletedTask;

        private static void Fail(bool fails)
        {
            if (fails)
            {
                throw new IOException("No space left on device.");
            }
        }

        private Task Call(string name)
        {
            Calls.Add(name);
            return Task.CompletedTask;
        }
    }
}
