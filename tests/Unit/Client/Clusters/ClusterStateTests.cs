using Sheaf.Client.Clusters;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;

namespace Sheaf.Tests.Unit.Client.Clusters;

public sealed class ClusterStateTests : IDisposable
{
    private const int NoProcess = int.MaxValue;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-state-");
    private readonly ClusterPaths _paths;

    public ClusterStateTests()
    {
        _paths = new(_folder.FullName);
        Directory.CreateDirectory(_paths.Root);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_OfWhatWasWritten_IsTheSame()
    {
        var state = new ClusterState("Host=/x", []).With(Silo("silo-10")).With(Silo("silo-2"));

        state.Write(_paths);

        var read = ClusterState.Read(_paths)!;
        Assert.Equal("Host=/x", read.Connection);
        Assert.Equal(["silo-2", "silo-10"], read.Silos.Select(silo => silo.Name));
        Assert.Equal(Silo("silo-2"), read.Silos[0]);
    }

    [Fact]
    public void Read_WithoutAFile_IsNoCluster() => Assert.Null(ClusterState.Read(_paths));

    [Fact]
    public void Read_OfATornFile_NamesItAndSaysWhatToDo()
    {
        File.WriteAllText(_paths.State, "{\"connection\":");

        var failure = Assert.Throws<CliException>(() => ClusterState.Read(_paths));

        Assert.Contains(_paths.State, failure.Message, StringComparison.Ordinal);
        Assert.Contains("delete the file", failure.Todo, StringComparison.Ordinal);
    }

    [Fact]
    public void With_OfAKnownName_ReplacesIt()
    {
        var state = new ClusterState("", [Silo("silo-1")]).With(Silo("silo-1") with { Pid = 5 });

        Assert.Equal(5, Assert.Single(state.Silos).Pid);
        Assert.Empty(state.Without("silo-1").Silos);
    }

    [Fact]
    public void Alive_IsTheProcessItself_NotALaterOneWithItsNumber()
    {
        var began = Processes.Began(Environment.ProcessId)!.Value;
        var silo = Silo("silo-1") with { Pid = Environment.ProcessId };

        Assert.True((silo with { Began = began }).IsAlive);
        Assert.False((silo with { Began = began + 1 }).IsAlive);
        Assert.Null(Processes.Began(NoProcess));
    }

    [Fact]
    public async Task Verbs_FindTheClusterOfADirectory_WhileASiloOfItLives()
    {
        var alive = Silo("silo-2") with { Pid = Environment.ProcessId, Began = Processes.Began(Environment.ProcessId)!.Value, Grpc = "http://127.0.0.1:5" };
        new ClusterState("", [Silo("silo-1"), alive]).Write(_paths);

        var source = ServerSources.Choose(null, _folder.FullName, null, _ => null);

        Assert.Equal([new Uri("http://127.0.0.1:5")], await source.CandidatesAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(ServerSources.Local(_folder.FullName, ""));
        new ClusterState("", [Silo("silo-1")]).Write(_paths);
        Assert.Null(ServerSources.Local(_folder.FullName, ""));
    }

    [Fact]
    public async Task Verbs_FindASiloThatBecameReadyAfterItsStarterHadGivenUp()
    {
        var late = Silo("silo-1") with { Pid = Environment.ProcessId, Began = Processes.Began(Environment.ProcessId)!.Value, Grpc = null, Http = null };
        new ClusterState("", [late]).Write(_paths);
        var source = ServerSources.Choose(null, _folder.FullName, null, _ => null);
        Assert.Empty(await source.CandidatesAsync(TestContext.Current.CancellationToken));

        await AnnounceAsync(Environment.ProcessId + 1);
        Assert.Empty(await source.CandidatesAsync(TestContext.Current.CancellationToken));

        await AnnounceAsync(Environment.ProcessId);
        Assert.Equal([new Uri("http://127.0.0.1:6")], await source.CandidatesAsync(TestContext.Current.CancellationToken));
        Assert.Equal("http://127.0.0.1:7", ClusterState.Read(_paths)!.Silos[0].Http);

        Task AnnounceAsync(int pid) => File.WriteAllTextAsync(
            _paths.Announce("silo-1"), $"{{\"pid\":{pid},\"grpc\":\"http://127.0.0.1:6\",\"http\":\"http://127.0.0.1:7\"}}",
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void IsAt_TellsAProcessByItsProgramAndItsFolder_NotByItsNumber()
    {
        var program = Path.GetFileName(Environment.ProcessPath!);

        Assert.True(Processes.IsAt(Environment.ProcessId, program, Environment.CurrentDirectory));
        Assert.False(Processes.IsAt(Environment.ProcessId, "postgres", Environment.CurrentDirectory));
        Assert.False(Processes.IsAt(Environment.ProcessId, program, _folder.FullName));
        Assert.False(Processes.IsAt(NoProcess, program, Environment.CurrentDirectory));
    }

    [Fact]
    public async Task NoneAt_WaitsForProcessesThatEndInAMoment()
    {
        using var child = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sleep", ["600"]) { WorkingDirectory = _folder.FullName })!;
        Assert.False(await Processes.NoneAtAsync("sleep", _folder.FullName, TimeSpan.Zero, TimeProvider.System, TestContext.Current.CancellationToken));
        var waiting = Processes.NoneAtAsync("sleep", _folder.FullName, TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);

        child.Kill();

        Assert.True(await waiting);
    }

    private static ManagedSilo Silo(string name) => new(name, NoProcess, 7, "http://127.0.0.1:1", "http://127.0.0.1:2", "cpu:1");
}
