using Npgsql;

namespace Sheaf.Silo.Cluster;

/// <summary>
/// Holds a silo's name in the cluster: a lock in the database that lives as long as its connection, so that it is free as soon as the silo is gone, however it
/// went. Not thread-safe.
/// </summary>
internal sealed class NameHold : IAsyncDisposable
{
    /// <summary>The upper half of the lock's key: "shea".</summary>
    private const int LockClass = 0x73686561;

    private readonly NpgsqlConnection _connection;

    private NameHold(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Null: another silo has the name.</summary>
    public static async Task<NameHold?> Take(ClusterStore store, string name, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(store.HolderConnection);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(@class, hashtext(@name))", connection);
            command.Parameters.AddWithValue("class", LockClass);
            command.Parameters.AddWithValue("name", name);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                return new(connection);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Ends when the connection, and with it the name, is lost.</summary>
    public async Task Lost(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _connection.WaitAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            // That is what was waited for.
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
