using Grpc.Core;
using Grpc.Net.Client;
using Sheaf.V1;

namespace Sheaf.Testbed;

/// <summary>
/// A cluster of real processes on this machine: a PostgreSQL server of its own and silos on free ports, all in one temporary folder. Not
/// thread-safe, but for calls to silos.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly Dictionary<string, SiloProcess> _silos = [];
    private readonly Dictionary<string, (string Address, string Namespace)> _hosts = [];
    private readonly Lock _lock = new();
    private NetworkLab? _network;
    private int _devices;
    private bool _faults;
    private IReadOnlyList<string> _arguments = [];
    private Func<Uri, GrpcChannel>? _open;

    private TestCluster(string folder, PostgresServer database) => (Folder, Database, Faults) = (folder, database, new(folder));

    public string Folder { get; }

    public PostgresServer Database { get; }

    public FaultProof Faults { get; }

    /// <summary>Only where the cluster was started with one.</summary>
    public NetworkLab Network => _network ?? throw new InvalidOperationException("This cluster's silos share one network.");

    /// <summary>Variables for every silo that is started from now on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Variables for the command line.</summary>
    public Dictionary<string, string> ClientEnvironment { get; } = [];

    public IReadOnlyList<SiloProcess> Silos
    {
        get
        {
            lock (_lock)
            {
                return [.. _silos.OrderBy(silo => silo.Key, StringComparer.Ordinal).Select(silo => silo.Value)];
            }
        }
    }

    public SiloProcess this[string name]
    {
        get
        {
            lock (_lock)
            {
                return _silos[name];
            }
        }
    }

    /// <param name="silos">s0, s1, ...</param>
    /// <param name="devices">CPU devices of each.</param>
    /// <param name="network">Each silo has a network namespace of its own.</param>
    /// <param name="faults">Faults can be armed, for which each silo looks at a file many times a second.</param>
    /// <param name="arguments">More of each silo's command line.</param>
    /// <param name="open">How calls get to a silo; null: without TLS and token.</param>
    /// <param name="environment">The first <see cref="Environment"/>.</param>
    public static async Task<TestCluster> StartAsync(
        int silos, int devices = 1, bool network = false, bool faults = true, IReadOnlyList<string>? arguments = null, Func<Uri, GrpcChannel>? open = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        // A short path: PostgreSQL's socket is in it.
        var folder = Directory.CreateTempSubdirectory("sheaf-").FullName;
        if (System.Environment.IsPrivilegedProcess)
        {
            await Command.RunAsync("chmod", "755", folder);
        }

        var cluster = new TestCluster(folder, new PostgresServer(Path.Combine(folder, "pg")))
        {
            _devices = devices, _faults = faults,
            _arguments = arguments ?? [], _open = open
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            cluster.Environment[name] = value;
        }

        try
        {
            await cluster.Database.CreateAsync();
            if (network)
            {
                cluster._network = await NetworkLab.CreateAsync();
            }

            await cluster.StartAsync([.. Enumerable.Range(0, silos).Select(number => $"s{number}")]);
            return cluster;
        }
        catch
        {
            // Nobody else could stop what was started.
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts silos that do not run, all at once; done when every silo of the cluster sees every other one as active.</summary>
    public async Task StartAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await LaunchAsync(name);
        }

        await Task.WhenAll(names.Select(AnnouncedAsync));
        await CompleteAsync();
    }

    /// <summary>
    /// One that an overloaded machine held up, so that others declared it dead, ended; whatever supervises silos starts it again, and so does this.
    /// </summary>
    private async Task AnnouncedAsync(string name)
    {
        for (var restarts = 0; ; restarts++)
        {
            try
            {
                await this[name].AnnouncedAsync(Home(name), _open);
                return;
            }
            catch (InvalidOperationException) when (restarts < 3 && this[name].WasDeclaredDead)
            {
                await LaunchAsync(name);
            }
        }
    }

    /// <summary>Starts one process and does not wait until it answers.</summary>
    public async Task<SiloProcess> LaunchAsync(string name)
    {
        if (_network is not null && !_hosts.ContainsKey(name))
        {
            _hosts[name] = await _network.AddAsync(name);
        }

        var (address, space) = _hosts.TryGetValue(name, out var host) ? host : ("127.0.0.1", null!);
        string[] arguments =
        [
            "--cluster", Database.ConnectionString, "--name", name, "--data", Home(name), "--checkpoints", Path.Combine(Folder, "checkpoints"), "--devices",
                $"cpu:{_devices}",
            "--listen", $"{address}:0", "--http", $"{address}:0", "--silo-endpoint", $"{address}:0", "--data-endpoint", $"{address}:0",
            // The laboratory's network is a kernel's own.
            "--insecure", .. _arguments,
        ];
        var variables = new Dictionary<string, string>(Environment);
        if (_faults)
        {
            (variables["SHEAF_FAULTS"], variables["SHEAF_FAULTS_LOG"]) = ($"@{Faults.Plan(name)}", Faults.Log);
        }

        var silo = SiloProcess.Start(name, Home(name), arguments, variables, space);
        SiloProcess? before;
        lock (_lock)
        {
            _silos.TryGetValue(name, out before);
            _silos[name] = silo;
        }

        if (before is not null)
        {
            await before.DisposeAsync();
        }

        return silo;
    }

    /// <summary>Done when each silo that runs says of exactly those that run, and no other, that they are active, and what devices they have.</summary>
    public Task CompleteAsync()
    {
        var seen = "nothing";
        return Until.TrueAsync(
            async () =>
            {
                var running = Silos.Where(silo => !silo.HasExited && !silo.IsFrozen).ToArray();
                foreach (var silo in running)
                {
                    if (!silo.Answers)
                    {
                        seen = $"{silo.Name} has not been announced";
                        return false;
                    }

                    try
                    {
                        var said = await silo.Cluster.DescribeAsync(new(), deadline: In(5), cancellationToken: silo.Away);
                        var active = said.Silos.Where(s => s.Status == "active").ToArray();
                        seen = $"{silo.Name} says {string.Join(", ", said.Silos.Select(s => $"{s.Name} {s.Status} pid {s.Pid}"))}";
                        if (!active.Select(s => s.Pid).Order().SequenceEqual(running.Select(s => s.Pid).Order()) || active.Any(s => s.Devices.Count == 0))
                        {
                            return false;
                        }
                    }
                    catch (RpcException e)
                    {
                        seen = $"{silo.Name} answers {e.Status}";
                        return false;
                    }
                }

                return true;
            },
            () => $"every silo sees those that run as active; the last one asked: {seen}");
    }

    /// <summary>Everything as at the start: database and all silos run, nothing is armed, and no fault has fired.</summary>
    public async Task RestoreAsync()
    {
        await Database.StartAgainAsync();
        foreach (var silo in Silos.Where(silo => silo.IsFrozen))
        {
            silo.Thaw();
        }

        await ArmAsync("");
        Faults.Forget();

        // One that was thawed may learn only now that it was declared dead; then it ends by itself.
        await Until.TrueAsync(
            async () =>
            {
                await Task.WhenAll(Silos.Where(silo => !silo.Answers && !silo.HasExited).Select(silo => silo.AnnouncedAsync(Home(silo.Name), _open)));
                await StartAsync([.. Silos.Where(silo => silo.HasExited).Select(silo => silo.Name)]);
                return Silos.All(silo => silo.Answers);
            },
            () => "all silos run");
    }

    /// <summary>Arms the same plan in every silo that runs (a fault strikes once in all of them), and in those that will be started.</summary>
    public async Task ArmAsync(string plan)
    {
        var written = Silos.Select(silo => (silo, Text: Faults.Write(silo.Name, plan))).ToArray();
        foreach (var (silo, text) in written.Where(each => each.silo.Answers))
        {
            await Faults.ArmedAsync(text, silo);
        }
    }

    /// <summary>A silo that answers; another one than <paramref name="notFirst"/> if there is one.</summary>
    public async Task<SiloProcess> AnsweringAsync(CancellationToken cancel = default, SiloProcess? notFirst = null)
    {
        SiloProcess? found = null;
        await Until.TrueAsync(
            () =>
            {
                var answering = Silos.Where(silo => silo.Answers).ToArray();
                found = answering.SkipWhile(silo => silo != notFirst).Skip(1).FirstOrDefault() ?? answering.FirstOrDefault();
                return found is not null;
            },
            "a silo answers",
            cancel);
        return found!;
    }

    /// <summary>Calls a silo that answers, and the next one when the outcome is unknown: commands are idempotent.</summary>
    public async Task<T> CallAsync<T>(Func<SiloProcess, CallOptions, AsyncUnaryCall<T>> call)
    {
        SiloProcess? before = null;
        var last = "nobody was asked";
        T answer = default!;
        await Until.TrueAsync(
            async () =>
            {
                var silo = before = await AnsweringAsync(notFirst: before);
                try
                {
                    answer = await call(silo, new(deadline: In(15), cancellationToken: silo.Away));
                    return true;
                }
                catch (RpcException e) when (
                    e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown)
                {
                    last = $"{silo.Name} answered {e.Status}";
                    return false;
                }
            },
            () => $"a silo carries out a call; {last}");
        return answer;
    }

    /// <summary>Submits and follows.</summary>
    public async Task<RunFollower> SubmitAsync(string id, string spec)
    {
        var response = await CallAsync(
            (silo, options) => silo.Experiments.SubmitAsync(new() { ExperimentId = id, SpecYaml = spec, BasePath = Folder }, options));
        return new(this, response.Experiment);
    }

    public Task<Experiment> DescribeAsync(string id) => CallAsync((silo, options) => silo.Experiments.DescribeAsync(new() { ExperimentId = id }, options));

    public Task<ClusterDescription> DescribeAsync() => CallAsync((silo, options) => silo.Cluster.DescribeAsync(new(), options));

    /// <summary>The silo on which a run's coordinator is, by its own account.</summary>
    public async Task<SiloProcess> CoordinatorOfAsync(string id)
    {
        SiloProcess? found = null;
        await Until.TrueAsync(
            async () =>
            {
                var said = (await DescribeAsync()).Silos.FirstOrDefault(silo => silo.Coordinates.Contains(id));
                found = said is null ? null : Silos.FirstOrDefault(silo => silo.Name == said.Name && silo.Answers);
                return found is not null;
            },
            () => $"some silo says that it coordinates {id}");
        return found!;
    }

    /// <summary>Every committed step of a run, in order.</summary>
    public async Task<IReadOnlyList<StepMetrics>> LedgerAsync(string id)
    {
        IReadOnlyList<StepMetrics> ledger = [];
        SiloProcess? before = null;
        await Until.TrueAsync(
            async () =>
            {
                var steps = new List<StepMetrics>();
                var silo = before = await AnsweringAsync(notFirst: before);
                try
                {
                    using var call = silo.Experiments.Metrics(new() { ExperimentId = id }, deadline: In(60), cancellationToken: silo.Away);
                    while (await call.ResponseStream.MoveNext(default))
                    {
                        steps.Add(call.ResponseStream.Current);
                    }

                    ledger = steps;
                    return true;
                }
                catch (RpcException e) when (e.StatusCode is not StatusCode.NotFound)
                {
                    return false;
                }
            },
            () => $"a silo gives the ledger of {id}");
        return ledger;
    }

    /// <summary>What <c>audit</c> finds; empty: the ledger proves that every sample was used exactly once in every epoch.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync(string id)
    {
        var (code, output) = await CommandLineAsync("audit", id);
        return code == 0 ? [] : [$"audit ends with {code}: {output}"];
    }

    /// <summary>The CLI, at a silo that answers.</summary>
    public async Task<(int Code, string Output)> CommandLineAsync(params string[] arguments) =>
        await Command.TryAsync("dotnet", [Checkout.Program("Client"), .. arguments, "--server", (await AnsweringAsync()).Server.ToString()], ClientEnvironment);

    /// <summary>The end of every silo's log.</summary>
    public string Logs(int lines = 60) => string.Join('\n', Silos.Select(silo =>
        $"---- {silo.Name}, "
            + $"process {silo.Pid}{(silo.HasExited ? ", ended" : silo.IsFrozen ? ", frozen" : "")}\n"
            + $"{(File.Exists(silo.Log) ? string.Join('\n', File.ReadLines(silo.Log).TakeLast(lines)) : "")}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        await Database.DisposeAsync();
        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private static DateTime In(int seconds) => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds);

    private string Home(string name) => Path.Combine(Folder, name);
}
