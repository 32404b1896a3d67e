using Sheaf.Testbed;

namespace Sheaf.Bench.Chaos;

/// <summary>Strikes a cluster in ways that a seed chooses, and repairs what it broke. One strike at a time.</summary>
/// <param name="store">Where the checkpoints are; null: in a folder.</param>
internal sealed class Striker(TestCluster cluster, Random random, int maxWorkers, FaultyStore? store = null)
{
    /// <summary>All ways to strike; kills more often than others.</summary>
    public static IReadOnlyList<ChaosKind> Mix { get; } =
    [
        ChaosKind.KillWorker, ChaosKind.KillWorker, ChaosKind.KillCoordinator, ChaosKind.KillCoordinator, ChaosKind.Freeze, ChaosKind.Blink, ChaosKind.Scale,
        ChaosKind.Drain, ChaosKind.NoDatabase,
    ];

    /// <param name="kinds">Names of <see cref="ChaosKind"/>, with commas between; empty: the whole <see cref="Mix"/>, and <see cref="ChaosKind.NoStore"/> where
    /// there is a store.</param>
    /// <exception cref="ArgumentException">A name is none.</exception>
    public IReadOnlyList<ChaosKind> Parse(string kinds) => kinds.Length == 0
        ? store is null ? Mix : [.. Mix, ChaosKind.NoStore]
        : [.. kinds.Split(',').Select(Enum.Parse<ChaosKind>)];

    public ChaosKind Choose(IReadOnlyList<ChaosKind> kinds) => kinds[random.Next(kinds.Count)];

    /// <summary>Strikes.</summary>
    public async Task<Strike> StrikeAsync(ChaosKind kind, RunFollower run)
    {
        var victim = kind is ChaosKind.KillCoordinator ? await cluster.CoordinatorOfAsync(run.Id) : await WorkersSiloAsync(run);
        var before = RecoveryMeter.Before(run);
        switch (kind)
        {
            case ChaosKind.KillWorker or ChaosKind.KillCoordinator:
                await victim.KillAsync();
                return new($"kill -9 {victim.Name} ({(kind == ChaosKind.KillCoordinator ? "the coordinator's" : "a worker's")})", [victim], before);
            case ChaosKind.Freeze:
                victim.Freeze();
                return new($"freeze {victim.Name} until it is declared dead", [victim], before);
            case ChaosKind.Blink:
                Signals.Send(victim.Pid, Signals.Stop);
                await Elapse.ForAsync(TimeSpan.FromMilliseconds(random.Next(50, 400)));
                Signals.Send(victim.Pid, Signals.Continue);
                return new($"stop {victim.Name} for a moment", [], before);
            case ChaosKind.Scale:
                var workers = random.Next(1, maxWorkers + 1);
                await VerbAsync("scale", run.Id, "--workers", $"{workers}");
                return new($"scale to {workers}", [], before);
            case ChaosKind.Drain:
                await VerbAsync("drain", victim.Name, "--wait");
                await victim.StopAsync();
                return new($"drain {victim.Name} and stop it", [victim], before);
            case ChaosKind.NoDatabase:
                var from = run.Step;
                await cluster.Database.CrashAsync();
                await Elapse.ForAsync(TimeSpan.FromSeconds(30));
                var meanwhile = run.Step - from;
                await cluster.Database.StartAgainAsync();
                return new($"no database for 30 s, with {meanwhile} steps meanwhile", [], before);
            case ChaosKind.NoStore when store is not null:
                var first = run.Step;
                store.BeAway(true);
                await Elapse.ForAsync(TimeSpan.FromSeconds(30));
                store.BeAway(false);
                return new($"no object store for 30 s, with {run.Step - first} steps meanwhile", [], before);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such way to strike.");
        }
    }

    /// <summary>Starts again what is gone, once the others know that it is.</summary>
    public async Task RepairAsync(IReadOnlyList<SiloProcess> gone)
    {
        foreach (var silo in gone)
        {
            if (silo.IsFrozen)
            {
                await cluster.CompleteAsync();
                silo.Thaw();
                await silo.ExitAsync();
            }

            await cluster.StartAsync(silo.Name);
        }
    }

    private async Task<SiloProcess> WorkersSiloAsync(RunFollower run)
    {
        SiloProcess[] found = [];
        await Until.TrueAsync(
            async () =>
            {
                var names = (await cluster.DescribeAsync(run.Id)).Workers.Select(worker => worker.Silo).Distinct().ToArray();
                found = [.. cluster.Silos.Where(silo => silo.Answers && names.Contains(silo.Name))];
                return found.Length > 0;
            },
            () => "a silo that answers has a worker");
        return found[random.Next(found.Length)];
    }

    /// <summary>A verb that may be refused because of what was done before it.</summary>
    private async Task VerbAsync(params string[] arguments)
    {
        var (code, output) = await cluster.CommandLineAsync(arguments);
        if (code != 0)
        {
            Console.WriteLine($"  '{string.Join(' ', arguments)}' ended with {code}: {output.Trim()}");
        }
    }
}
