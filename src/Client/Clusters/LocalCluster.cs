using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;

namespace Sheaf.Client.Clusters;

/// <summary>A whole cluster on this machine: a private database and silos that outlive this program. One call of a method at a time a cluster.</summary>
internal sealed class LocalCluster(ClusterPaths paths, ClientHost host)
{
    /// <summary>Longer than a silo gives itself (--shutdown-time).</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(130);

    public static string NameOf(int number) => $"silo-{number}";

    /// <summary>Sees to it that silo-1 to silo-N run; those that do are left alone.</summary>
    /// <param name="silos">N.</param>
    /// <param name="devices">Of a silo that has to be started, such as cpu:1.</param>
    /// <returns>The state, and the names of those that were started now.</returns>
    public async Task<(ClusterState State, IReadOnlyList<string> Started)> UpAsync(int silos, string devices, CancellationToken cancellation)
    {
        using var held = Hold();
        return await StartAsync([.. Enumerable.Range(1, silos).Select(NameOf)], devices, cancellation);
    }

    /// <summary>Sees to it that one silo runs.</summary>
    /// <param name="devices">Null: those that it had, else cpu:1.</param>
    public async Task<(ClusterState State, IReadOnlyList<string> Started)> StartOneAsync(string name, string? devices, CancellationToken cancellation)
    {
        if (ClusterState.Read(paths) is null)
        {
            throw Nothing();
        }

        using var held = Hold();
        return await StartAsync([name], devices, cancellation);
    }

    /// <summary>Stops one silo in order, and kills it where that takes too long.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopOneAsync(string name, CancellationToken cancellation)
    {
        _ = ClusterState.Read(paths) ?? throw Nothing();
        using var held = Hold();
        var state = ClusterState.Read(paths) ?? throw Nothing();
        var silo = state.Silos.FirstOrDefault(silo => silo.Name == name)
            ?? throw new CliException(
                ExitCode.NotFound,
                $"there is no silo {name} in {paths.Data}",
                $"it has {string.Join(", ", state.Silos.Select(silo => silo.Name))}",
                $"see what there is: {host.Name} cluster");
        var byItself = await Processes.EndAsync(silo.Pid, silo.Began, StopWithin, host.Time, cancellation);
        state.Without(name).Write(paths);
        return byItself;
    }

    /// <summary>Stops everything. What is stored is kept, unless <paramref name="purge"/>.</summary>
    /// <returns>The silos that ran, each with whether it ended by itself.</returns>
    public async Task<IReadOnlyList<(ManagedSilo Silo, bool ByItself)>> DownAsync(bool purge, CancellationToken cancellation)
    {
        if (!Directory.Exists(paths.Root))
        {
            throw Nothing();
        }

        var ended = new List<(ManagedSilo, bool)>();
        using (Hold())
        {
            var alive = (ClusterState.Read(paths)?.Alive ?? []).ToList();
            var ends = await Task.WhenAll(alive.Select(silo => Processes.EndAsync(silo.Pid, silo.Began, StopWithin, host.Time, cancellation)));
            ended.AddRange(alive.Zip(ends));
            var database = await PrivateDatabase.OfAsync(paths, cancellation);
            await database.DownAsync(cancellation);
            File.Delete(paths.State);
            foreach (var announce in Directory.GetFiles(paths.Root, Path.GetFileName(paths.Announce("*"))))
            {
                File.Delete(announce);
            }

            if (purge)
            {
                database.Purge();
            }
        }

        if (purge)
        {
            Directory.Delete(paths.Root, recursive: true);
        }
        else
        {
            File.Delete(paths.Lock);
        }

        return ended;
    }

    private async Task<(ClusterState State, IReadOnlyList<string> Started)> StartAsync(
        IReadOnlyList<string> names, string? devices, CancellationToken cancellation)
    {
        var database = await PrivateDatabase.OfAsync(paths, cancellation);
        await database.UpAsync(host.Variable, cancellation);
        var state = ClusterState.Read(paths) ?? new ClusterState(database.Connection, []);
        state = state with { Connection = database.Connection };
        var starter = new SiloStarter(paths, database.Connection, host.Time, host.Variable);
        var missing = names.Where(name => !state.Alive.Any(silo => silo.Name == name)).ToList();
        var beginning = state.Alive.Where(silo => silo.Grpc is null && names.Contains(silo.Name)).ToDictionary(silo => silo.Name, StringComparer.Ordinal);
        var gate = new Lock();
        state.Write(paths);

        // Written at once: `down` must find each process whatever becomes of this program.
        void Note(ManagedSilo silo)
        {
            lock (gate)
            {
                state = state.With(silo);
                state.Write(paths);
            }
        }

        await Task.WhenAll(missing.Concat(beginning.Keys).Select(async name => Note(await starter.StartAsync(
            name, devices ?? state.Silos.FirstOrDefault(silo => silo.Name == name)?.Devices ?? "cpu:1", beginning.GetValueOrDefault(name), Note,
            cancellation))));
        return (state, missing);
    }

    private FileStream Hold()
    {
        try
        {
            Directory.CreateDirectory(paths.Root);
            return new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(paths.Lock))
        {
            throw new CliException(ExitCode.WrongState, $"another `cluster` command is at work in {paths.Data}", e.Message, "wait until it is done", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.BadUsage, $"the data directory {paths.Data} cannot be used", e.Message, "name another with --data DIR", e);
        }
    }

    private CliException Nothing() => new(ExitCode.NotFound, $"there is no cluster in {paths.Data}", null, $"start one: {host.Name} cluster up --silos 3");
}
