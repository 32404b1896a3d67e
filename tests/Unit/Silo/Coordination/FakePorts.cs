using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Devices;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>A world for one leader: a store, a ledger, silos that answer what the test says.</summary>
internal sealed class FakePorts : IRecordStore, ISubmissions, IPublication, ILedgerReader, IPoolCalls, IWorkerCalls, ICheckpointKeeper, ISiloHealth,
    IOwnSilo, ICoordinatorLog
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

    /// <summary>This world as a coordinator is given it.</summary>
    public CoordinatorPorts All => new(this, this, this, this, this, this, this, this, this, NoFaults.Instance, this);

    public List<string> Calls { get; } = [];

    public Action WhileListing { get; set; } = () => { };

    public List<string> Events { get; } = [];

    public bool WriteFails { get; set; }

    /// <summary>Stores in its own way what <see cref="Write"/> is given; null: it is only noted.</summary>
    public Action<RunRecord>? Store { get; set; }

    public bool FlushFails { get; set; }

    /// <summary>What happens while the record is written or the ledger flushed.</summary>
    public Action WhileStoring { get; set; } = () => { };

    public bool ListFails { get; set; }

    public bool TellFails { get; set; }

    public bool HoldFails { get; set; }

    public bool ReleaseFails { get; set; }

    public int Flushes { get; private set; }

    public int Writes { get; private set; }

    /// <summary>The ledger: steps below it are on the store.</summary>
    public long Durable { get; set; }

    public HashSet<string> Dead { get; } = [];

    public HashSet<string> StartFails { get; } = [];

    public Dictionary<string, KeptState?> Kept { get; } = [];

    public List<Assignment> Started { get; } = [];

    public List<StepCommit> Ledger { get; } = [];

    public List<GenerationRecord> Generations { get; } = [];

    public List<EpochRecord> Epochs { get; } = [];

    public DeviceGrant[] Devices { get; set; } = Runs.Grants(2);

    /// <summary>Workers that were told what to do, apart from the answers to reports.</summary>
    public List<int> Directed { get; } = [];

    public string Name => "a";

    /// <summary>Of the silo and its database.</summary>
    public IReadOnlyList<string> Troubles { get; set; } = [];

    /// <summary>Steps whose checkpoints cannot be read now.</summary>
    public HashSet<long> Away { get; } = [];

    /// <summary>Whole checkpoints on the store.</summary>
    public List<CheckpointRecord> OnDisk { get; } = [];

    public List<string> Deleted { get; } = [];

    /// <summary>Rows of the data; 0: there are no validation rows.</summary>
    public int ValidationCount { get; init; }

    public List<(long Generation, long Step, IReadOnlyCollection<string> Known)> Sweeps { get; } = [];

    /// <summary>How many calls came before the last sweep.</summary>
    public int CallsBeforeSweep { get; private set; }

    /// <summary>What was told of the run last.</summary>
    public RunSnapshot? Told { get; private set; }

    public IReadOnlyList<CheckpointRecord>? ToldCheckpoints { get; private set; }

    public Task Write(RunRecord run)
    {
        Writes++;
        WhileStoring();
        Fail(WriteFails);
        Store?.Invoke(run);
        Calls.Add($"write {run.State} with {run.Checkpoints.Count} checkpoints");
        return Task.CompletedTask;
    }

    public Task<Submission> Check(SubmitCommand command, CancellationToken cancellationToken) => Task.FromResult(new Submission([], new()
    {
        Key = "key",
        FactsJson = $$"""
            {"Files":[],"TrainCount":100,"ValidationCount":{{ValidationCount}},"Shape":[1],"Mean":[0],"Std":[1],
             "MissingValues":["data.train: 2 rows left out."]}
            """,
        TrainCount = 100,
        Files = [],
    }));

    public Task Register(DatasetRecord dataset) => Task.CompletedTask;

    public Task Create(RunSnapshot run, string specYaml) => Task.CompletedTask;

    public Task List(RunSnapshot run)
    {
        WhileListing();
        Fail(ListFails);
        Calls.Add($"list {run.State}");
        return Task.CompletedTask;
    }

    public Task<LedgerTail> Tell(string experimentId, RunNews news)
    {
        Fail(TellFails);
        Calls.Add($"tell {news.Steps.Count} steps");
        Events.AddRange(news.Events.Select(happened => happened.Message));
        Generations.AddRange(news.Generations);
        Epochs.AddRange(news.Epochs);
        (Told, ToldCheckpoints) = (news.Snapshot ?? Told, news.Checkpoints ?? ToldCheckpoints);
        Ledger.AddRange(news.Steps);
        return Task.FromResult(Tail);
    }

    public void Warn(string experimentId, Exception failure) => Calls.Add("warn");

    public Task<LedgerTail> Flush(string experimentId)
    {
        Flushes++;
        WhileStoring();
        Fail(FlushFails);
        Calls.Add("flush");
        Durable = Tail.Recorded;
        return Task.FromResult(Tail);
    }

    public Task<ExperimentView?> View(string experimentId) => Task.FromResult<ExperimentView?>(null);

    public Task<DeviceAnswer> Request(DeviceRequest request) => Task.FromResult(new DeviceAnswer
    {
        Granted = request.Held.Concat(Devices.Where(device => !request.Held.Contains(device) && !Dead.Contains(device.SiloAddress)
            && !request.Refused.Contains(device.SiloAddress))).Take(request.Max).ToArray(),
        Fingerprint = "f",
    });

    public Task Hold(string experimentId, IReadOnlyList<DeviceGrant> devices)
    {
        Fail(HoldFails);
        return Call($"hold {devices.Count}");
    }

    public bool IsDead(string siloAddress) => Dead.Contains(siloAddress);

    public string StatusOf(string siloAddress) => IsDead(siloAddress) ? "dead" : "active";

    public void Awaken(string experimentId) => Awakened++;

    /// <summary>How often the ledger was to be loaded.</summary>
    public int Awakened { get; private set; }

    public Task<StepCommit?> Recorded(string experimentId, long step) => Task.FromResult(Ledger.LastOrDefault(entry => entry.Step == step));

    public Task<IReadOnlyList<StepCommit>> RecordedSteps(string experimentId, long from, long end) => Task.FromResult<IReadOnlyList<StepCommit>>(
        Ledger.Where(entry => entry.Step >= from && entry.Step < end).DistinctBy(entry => entry.Step).OrderBy(entry => entry.Step).ToArray());

    /// <summary>Null in <see cref="Kept"/>: does not answer. Not there: keeps nothing.</summary>
    public Task<KeptState?> Survey(string experimentId, WorkerPlace worker, long generation) => Task.FromResult(Dead.Contains(worker.SiloAddress)
        ? null
        : Kept.TryGetValue(worker.SiloAddress, out var kept) ? kept : new() { Silo = worker.Silo, SiloAddress = worker.SiloAddress, Generation = generation });

    public Task<bool> Prepare(Assignment assignment)
    {
        Calls.Add($"prepare {assignment.Workers[0].Silo}");
        return Task.FromResult(true);
    }

    public Task Release(string experimentId)
    {
        Fail(ReleaseFails);
        return Call("release");
    }

    public Task<bool> Start(Assignment assignment)
    {
        var silo = assignment.Workers.First(worker => worker.Number == assignment.Worker).SiloAddress;
        Fail(StartFails.Contains(silo));
        Started.Add(assignment);
        return Task.FromResult(true);
    }

    public Task<bool> Direct(string experimentId, WorkerPlace worker, long generation, IReadOnlyList<Directive> directives)
    {
        Directed.Add(worker.Number);
        return Task.FromResult(true);
    }

    public Task Stop(string experimentId, WorkerPlace worker, long generation, string reason) => Call($"stop {worker.Number}");

    public Task<CheckpointSearch> Find(string experimentId, IReadOnlyList<CheckpointRecord> known, Func<CheckpointRecord, bool> adoptable)
    {
        var newestFirst = known.Concat(
            OnDisk.Where(each => !known.Contains(each) && adoptable(each))).OrderByDescending(each => (each.Step, each.Generation)).ToArray();
        var intact = Array.Find(newestFirst, each => !Away.Contains(each.Step));
        return Task.FromResult(new CheckpointSearch(
            intact,
            [],
            newestFirst.TakeWhile(each => each != intact).Select(each => (each, "it does not exist.")).ToArray(),
            OnDisk.Where(each => !known.Contains(each) && !adoptable(each)).ToArray()));
    }

    public Task Delete(IReadOnlyList<CheckpointRecord> checkpoints)
    {
        Deleted.AddRange(checkpoints.Select(each => each.Path));
        return Task.CompletedTask;
    }

    public Task DeleteUnknown(string experimentId, long generation, long step, IReadOnlyCollection<string> known)
    {
        Sweeps.Add((generation, step, known));
        CallsBeforeSweep = Calls.Count;
        return Task.CompletedTask;
    }

    private LedgerTail Tail => new() { Recorded = Ledger.Count == 0 ? 0 : Ledger.Max(entry => entry.Step) + 1, Durable = Durable };

    private static void Fail(bool fails)
    {
        if (fails)
        {
            throw new StateStoreException("No space left on device.");
        }
    }

    private Task Call(string name)
    {
        Calls.Add(name);
        return Task.CompletedTask;
    }
}
