using Npgsql;
using Sheaf.Client.Clusters;

namespace Sheaf.Tests.EndToEnd.Clusters;

/// <summary>A PostgreSQL server of the tests' own, started as `cluster up` starts it, with as many databases as they like.</summary>
public sealed class ServerOfDatabases : IAsyncLifetime
{
    private readonly OpenFolder _folder = new();
    private PrivateDatabase _server = null!;
    private int _databases;

    public async ValueTask InitializeAsync()
    {
        _server = await PrivateDatabase.OfAsync(new ClusterPaths(_folder.Path), CancellationToken.None);
        await _server.UpAsync(Environment.GetEnvironmentVariable, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DownAsync(CancellationToken.None);
        _server.Purge();
        _folder.Dispose();
    }

    /// <summary>Connection string of a new database.</summary>
    public async Task<string> EmptyAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await SqlAsync(_server.Connection, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(_server.Connection) { Database = name, Pooling = false }.ConnectionString;
    }

    public async Task<string> WithTablesAsync()
    {
        var connection = await EmptyAsync();
        Assert.True(await ClusterTables.ApplyAsync(connection, Environment.GetEnvironmentVariable, CancellationToken.None));
        return connection;
    }

    public static async Task SqlAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Pooling = false });
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
