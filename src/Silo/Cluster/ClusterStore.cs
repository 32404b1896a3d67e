using Npgsql;
using Sheaf.Api.Cluster;

namespace Sheaf.Silo.Cluster;

/// <summary>Sheaf's own tables in the cluster's database. Every call has a deadline of a few seconds. Thread-safe.</summary>
internal sealed class ClusterStore : IDatabaseBeat, IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly string _name;

    /// <exception cref="ClusterRefusedException">It is no connection string.</exception>
    public ClusterStore(string connection, DatabaseOptions options)
    {
        var parsed = ConnectionText.Parse(connection);
        Shown = ConnectionText.Show(parsed);
        _name = ConnectionText.Show(parsed, withFolder: false);
        parsed.Timeout = (int)options.ConnectWithin.TotalSeconds;
        parsed.CommandTimeout = (int)options.AnswerWithin.TotalSeconds;
        parsed.MaxPoolSize = Math.Min(parsed.MaxPoolSize, options.OwnConnections);
        ConnectionText.GiveBackSoon(parsed, options);
        parsed.ApplicationName ??= "sheaf";
        OwnConnection = parsed.ConnectionString;
        _source = NpgsqlDataSource.Create(parsed);
        // Its server must notice soon when this machine is gone: the silo's name is free again then.
        parsed.Pooling = false;
        parsed.KeepAlive = 5;
        parsed.TcpKeepAlive = true;
        parsed.Options = $"{parsed.Options} -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3".Trim();
        HolderConnection = parsed.ConnectionString;
    }

    public string Shown { get; }

    string IDatabaseBeat.Shown => _name;

    /// <summary>For Sheaf's own tables.</summary>
    public string OwnConnection { get; }

    /// <summary>For the connection that holds the silo's name.</summary>
    public string HolderConnection { get; }

    /// <summary>Of <see cref="ClusterSchema.Tables"/>, those that the database lacks.</summary>
    public async Task<IReadOnlyList<string>> MissingTables(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT name FROM unnest(@names) AS name WHERE to_regclass(name) IS NULL");
        command.Parameters.AddWithValue("names", ClusterSchema.Tables.ToArray());
        var missing = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            missing.Add(reader.GetString(0));
        }

        return missing;
    }

    /// <summary>0: the row is missing.</summary>
    public async Task<int> SchemaVersion(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT Version FROM SheafSchema");
        return await command.ExecuteScalarAsync(cancellationToken) as int? ?? 0;
    }

    /// <summary>The cluster that owns the database; null: none yet.</summary>
    public async Task<string?> Owner(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT ClusterId FROM SheafCluster");
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>Takes the database for a cluster where none has it.</summary>
    /// <returns>The owner, which may be another cluster.</returns>
    public async Task<string> Claim(string clusterId, CancellationToken cancellationToken)
    {
        await using (var command = _source.CreateCommand("INSERT INTO SheafCluster (ClusterId) VALUES (@id) ON CONFLICT DO NOTHING"))
        {
            command.Parameters.AddWithValue("id", clusterId);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return await Owner(cancellationToken) ?? clusterId;
    }

    /// <summary>Writes a silo's row in place of the one that its name had.</summary>
    public async Task Put(SiloRecord silo, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("""
            INSERT INTO SheafSilo (Name, Address, Port, Generation, Pid, Host, Grpc, Http, DataId)
            VALUES (@name, @address, @port, @generation, @pid, @host, @grpc, @http, @data)
            ON CONFLICT (Name) DO UPDATE
            SET Address = @address, Port = @port, Generation = @generation, Pid = @pid, Host = @host, Grpc = @grpc,
                Http = @http, DataId = @data, Started = now()
            """);
        command.Parameters.AddWithValue("name", silo.Name);
        command.Parameters.AddWithValue("address", silo.Address.Endpoint.Address.ToString());
        command.Parameters.AddWithValue("port", silo.Address.Endpoint.Port);
        command.Parameters.AddWithValue("generation", silo.Address.Generation);
        command.Parameters.AddWithValue("pid", silo.Pid);
        command.Parameters.AddWithValue("host", silo.Host);
        command.Parameters.AddWithValue("grpc", silo.Grpc);
        command.Parameters.AddWithValue("http", silo.Http);
        command.Parameters.AddWithValue("data", silo.DataId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Removes the row, unless a later silo of that name has written its own.</summary>
    public async Task Remove(SiloRecord silo, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            "DELETE FROM SheafSilo WHERE Name = @name AND Address = @address AND Port = @port AND Generation = @generation");
        command.Parameters.AddWithValue("name", silo.Name);
        command.Parameters.AddWithValue("address", silo.Address.Endpoint.Address.ToString());
        command.Parameters.AddWithValue("port", silo.Address.Endpoint.Port);
        command.Parameters.AddWithValue("generation", silo.Address.Generation);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<DateTimeOffset> Beat(string name, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("WITH beat AS (UPDATE SheafSilo SET Pid = Pid WHERE Name = @name) SELECT clock_timestamp()");
        command.Parameters.AddWithValue("name", name);
        return new((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>
    /// How many connections the server has for users; and how many silos have said that they are alive in the last minute.
    /// </summary>
    public async Task<(int Connections, int Silos)> Room(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("""
            SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
                   (SELECT count(*)::int FROM OrleansMembershipTable WHERE Status = 3 AND IAmAliveTime > now() - interval '1 minute')
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetInt32(1));
    }

    /// <summary>
    /// Whoever starts waits for silos of whose life the membership table has a sign from the last seconds. A sign in the future, of a clock that was set back
    /// since, would hold it up for as long; it is taken for one of now. Both times are the database's: see <see cref="OneClockTable"/>.
    /// </summary>
    public async Task LimitSigns(string clusterId, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("""
            UPDATE OrleansMembershipTable SET IAmAliveTime = LEAST(IAmAliveTime, now()), StartTime = LEAST(StartTime, now())
            WHERE DeploymentId = @cluster AND (IAmAliveTime > now() OR StartTime > now())
            """);
        command.Parameters.AddWithValue("cluster", clusterId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<SiloRecord>> Silos(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT Name, Address, Port, Generation, Pid, Host, Grpc, Http, DataId FROM SheafSilo ORDER BY Name");
        var silos = new List<SiloRecord>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            silos.Add(new(
                reader.GetString(0),
                SiloRecord.AddressOf(reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3)),
                reader.GetInt32(4), reader.GetString(5), reader.GetString(6), reader.GetString(7), reader.GetString(8)));
        }

        return silos;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
