using Npgsql;
using Sheaf.Testbed;

namespace Sheaf.Tests.Parity.Postgres;

/// <summary>A PostgreSQL server of the tests' own with the tables of deploy/postgresql; each test uses a cluster or service of its own.</summary>
public sealed class Database : IAsyncLifetime
{
    // The server may run as another user, who must be able to enter the folder.
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"sheaf-parity-{Guid.NewGuid():N}"[..20])).FullName;
    private readonly PostgresServer _server;

    public Database() => _server = new(Path.Combine(_folder, "pg"));

    public string Connection => _server.ConnectionString;

    public async ValueTask InitializeAsync() => await _server.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<IReadOnlyList<string>> ColumnAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var values = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
