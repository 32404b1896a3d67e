using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Storage;
using Sheaf.Silo.Telemetry;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Unit.Silo.Workers;

/// <summary>
/// Some silos of one process with one experiment: 30 steps in 4 shards, with dropout, BatchNorm and momentum. What the coordinator would do, the test does.
/// </summary>
internal sealed class TinyCluster : IAsyncDisposable
{
    public const int Shards = 4;
    public const long Steps = 30;

    private const string Spec = """
        name: tiny
        seed: 7
        data:
          train: { format: csv, path: rows.csv, features: [a, b], target: class }
        model:
          layers: [ { linear: 8 }, batch_norm, relu, { dropout: 0.2 }, { linear: 2 } ]
        loss: cross_entropy
        optimizer: { sgd: { learning_rate: 0.1, momentum: 0.9 } }
        batch_size: 16
        epochs: 3
        shards: 4
        workers: 2
        reduction: coordinator
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("sheaf-workers-").FullName;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<TinySilo> _silos = [];
    private readonly CancellationTokenSource _guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly DatasetRecord _dataset;

    public TinyCluster(params string[] names)
    {
        _guard.CancelAfter(TimeSpan.FromMinutes(2));
        File.WriteAllText(Rows, Table());
        Logs = new(new DataFolder(_root), new(), Time, NullLogger<RunLogs>.Instance);
        Meters = new(_services.GetRequiredService<IMeterFactory>(), new(), TimeProvider.System);
        var spec = SpecParser.Parse(Spec, _root).Spec!;
        _dataset = new() { Key = "", FactsJson = JsonSerializer.Serialize(DataLoader.Inspect(spec.Data, spec.Seed)), TrainCount = 160, Files = [] };
        _silos.AddRange(names.Select(name => new TinySilo(this, name)));
    }

    public WatchedTime Time { get; } = new();

    public TinyCoordinator Coordinator { get; } = new(Shards);

    public IReadOnlyList<TinySilo> Silos => _silos;

    public RunLogs Logs { get; }

    public SiloMeters Meters { get; }

    public string Checkpoints => Path.Combine(_root, "checkpoints");

    public string Rows => Path.Combine(_root, "rows.csv");

    /// <summary>No test should take as long; it only ends one that hangs.</summary>
    public CancellationToken Guard => _guard.Token;

    public TinySilo this[int silo] => _silos[silo];

    /// <summary>Workers 0, 1, ... on these silos, in this order, with leases of their own.</summary>
    public WorkerPlace[] Places(params TinySilo[] silos)
    {
        var leases = LeasePlanner.Plan(Shards, silos.Length);
        return silos.Select((silo, worker) => new WorkerPlace
        {
            Number = worker, Silo = silo.Name, SiloAddress = silo.Address, Device = $"cpu:{worker}",
            Shards = leases[worker].Shards
        }).ToArray();
    }

    public StateOrigin Memory(long step, params TinySilo[] donors) =>
        new() { Step = step, Donors = donors.Select(donor => new StateDonor { Silo = donor.Name, SiloAddress = donor.Address, DataEndpoint = "" }).ToArray() };

    public Assignment Assign(long generation, WorkerPlace[] places, int worker, StateOrigin? from = null) => new()
    {
        ExperimentId = "tiny",
        Generation = generation,
        Worker = worker,
        Workers = places,
        SpecYaml = Spec,
        BasePath = _root,
        Dataset = _dataset,
        From = from ?? new() { Step = 0 },
        Reduction = ReductionKind.Coordinator,
    };

    /// <summary>Starts every worker of a generation and tells all of them the same.</summary>
    public void Begin(long generation, WorkerPlace[] places, StateOrigin? from, params Directive[] directives)
    {
        foreach (var place in places)
        {
            Assert.True(On(place).Run.Start(Assign(generation, places, place.Number, from)));
        }

        Direct(generation, places, directives);
    }

    public void Direct(long generation, WorkerPlace[] places, params Directive[] directives)
    {
        foreach (var place in places)
        {
            Assert.True(On(place).Run.Direct(place.Number, generation, directives));
        }
    }

    /// <summary>Runs to the end in this generation; gives the hash of the weights.</summary>
    public async Task<string> Finish(long generation, WorkerPlace[] places, StateOrigin? from)
    {
        Begin(
            generation, places, from, new Directive(0, DirectiveKind.Run, Steps), new(1, DirectiveKind.Checkpoint, Steps), new(2, DirectiveKind.Finish, Steps));
        await Coordinator.Until(told => told.Reports.Any(report => report.Checkpoints.Any(checkpoint => checkpoint.Step == Steps)), Guard);
        return Coordinator.Reports.SelectMany(report => report.Checkpoints).Last().WeightsSha256;
    }

    /// <summary>Reports as a device host would at its ticks, until the condition holds; <paramref name="tick"/> is how far the clock moves with each.</summary>
    public async Task Pumped(Func<TinyCoordinator, bool> condition, TimeSpan tick = default)
    {
        while (!condition(Coordinator))
        {
            Guard.ThrowIfCancellationRequested();
            Time.Advance(tick);
            await Task.WhenAll(_silos.Select(silo => silo.Pump()));
            await Task.Yield();
        }
    }

    /// <summary>The weights of a run that nobody disturbs.</summary>
    public static async Task<string> Undisturbed()
    {
        await using var cluster = new TinyCluster("alone");
        return await cluster.Finish(1, cluster.Places(cluster[0]), null);
    }

    public async ValueTask DisposeAsync()
    {
        var ending = Task.WhenAll(_silos.Select(silo => silo.Run.End("the test is over")));
        await Time.AdvanceUntil(ending, Guard);
        Meters.Dispose();
        await _services.DisposeAsync();
        _guard.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private TinySilo On(WorkerPlace place) => _silos.Single(silo => silo.Address == place.SiloAddress);

    private static string Table()
    {
        var random = new KeyedRandom(1, RandomPurpose.Split, 0, 0);
        var text = new System.Text.StringBuilder("a,b,class\n");
        for (var row = 0; row < 160; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{random.NextSingle() + (row % 2)},{random.NextSingle() - (row % 2)},{row % 2}\n");
        }

        return text.ToString();
    }
}
