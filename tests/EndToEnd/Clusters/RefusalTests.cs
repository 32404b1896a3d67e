using Npgsql;
using Sheaf.Tests.EndToEnd.Run;

namespace Sheaf.Tests.EndToEnd.Clusters;

/// <summary>Silos that must not join: exit code 2, the reason, what to do, and no password.</summary>
public sealed class RefusalTests(ServerOfDatabases server) : IClassFixture<ServerOfDatabases>, IDisposable
{
    private readonly OpenFolder _folder = new();

    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DatabaseWithoutTables_IsRefusedWithTheScripts()
    {
        var error = await RefusedAsync(new NpgsqlConnectionStringBuilder(await server.EmptyAsync()) { Password = "geheim" }.ConnectionString);

        Assert.Contains("has no tables of Sheaf", error, StringComparison.Ordinal);
        Assert.Contains("deploy/postgresql/orleans.sql and deploy/postgresql/sheaf.sql", error, StringComparison.Ordinal);
        Assert.Contains("./sheaf cluster schema --cluster CONNECTION", error, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE SheafSchema SET Version = 0", "version 0", "cluster schema")]
    [InlineData("UPDATE SheafSchema SET Version = 1000", "version 1000", "older than the cluster")]
    [InlineData("DROP TABLE SheafSilo", "lacks sheafsilo", "cluster schema")]
    public async Task TablesOfAnotherVersion_AreRefusedWithWhatToDo(string change, string what, string todo)
    {
        var database = await server.WithTablesAsync();
        await ServerOfDatabases.SqlAsync(database, change);

        var error = await RefusedAsync(database);

        Assert.Contains(what, error, StringComparison.Ordinal);
        Assert.Contains(todo, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Password=geheim")]
    [InlineData("Host=/no/such/folder;Username=u;Password=geheim")]
    [InlineData("no connection;Password=geheim")]
    public async Task DatabaseThatCannotBeReached_IsRefusedWithoutThePassword(string connection)
    {
        var error = await RefusedAsync(connection);

        Assert.Contains("--cluster (or SHEAF_CLUSTER)", error, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondSiloOfANameAndSecondClusterOnADatabase_AreRefusedAndTheFirstGoesOn()
    {
        var database = await server.WithTablesAsync();
        var announce = Path.Combine(_folder.Path, "announce.json");
        await using var first = SheafProcess.Silo([.. Options(database, "first"), "--announce", announce]);
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            while (!File.Exists(announce))
            {
                Assert.True(await timer.WaitForNextTickAsync(Guard));
            }
        }

        var name = await RefusedAsync(database);
        var cluster = await RefusedAsync(database, "--name", "b", "--cluster-id", "other");

        Assert.Contains($"a silo named 'a' that is alive: it is process {first.Id}", name, StringComparison.Ordinal);
        Assert.Contains("belongs to the cluster 'sheaf', this silo to 'other'", cluster, StringComparison.Ordinal);
        await first.SignalAsync("KILL");
        await first.ExitAsync();
        File.Delete(announce);

        // Its name is free as soon as it is gone.
        await using var again = SheafProcess.Silo([.. Options(database, "first"), "--announce", announce]);
        using var patience = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!File.Exists(announce))
        {
            Assert.True(await patience.WaitForNextTickAsync(Guard));
        }

        await again.SignalAsync("TERM");
        Assert.Equal(0, await again.ExitAsync());
    }

    private string[] Options(string connection, string data) =>
        ["--cluster", connection, "--name", "a", "--data", Path.Combine(_folder.Path, data), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--devices",
        "cpu:1"];

    private async Task<string> RefusedAsync(string connection, params string[] more)
    {
        await using var silo = SheafProcess.Silo([.. Options(connection, "refused"), .. more]);
        Assert.Equal(2, await silo.ExitAsync());
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "refused")));
        return silo.Error.Text;
    }
}
