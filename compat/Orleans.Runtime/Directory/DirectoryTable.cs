using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;

namespace Orleans.Runtime.GrainDirectory;

/// <summary>
/// Where grains are active, in a table beside the membership table. One row a grain; a row counts as long as its silo is not dead, and is replaced in the
/// same statement that finds it dead, so two silos that register a grain at once agree on one. Thread-safe.
/// </summary>
internal sealed class DirectoryTable
{
    private const string Script = "Run deploy/postgresql/orleans.sql on the database; it may be run again.";

    // $1 cluster, $2 grain, $3 activation, $4 address, $5 port, $6 generation. A silo that is dead itself registers nothing; of its own rows a silo knows
    // best which are old; and a dead silo's rows are anybody's.
    private const string RegisterSql = """
        WITH me AS (
            SELECT 1 FROM OrleansMembershipTable WHERE DeploymentId = $1 AND Address = $4 AND Port = $5 AND Generation = $6 AND Status <> 6),
        registered AS (
            INSERT INTO OrleansGrainDirectory AS d (ClusterId, GrainId, ActivationId, Address, Port, Generation)
            SELECT $1, $2, $3, $4, $5, $6 FROM me
            ON CONFLICT (ClusterId, GrainId) DO UPDATE
            SET ActivationId = excluded.ActivationId, Address = excluded.Address, Port = excluded.Port, Generation = excluded.Generation
            WHERE (d.Address = excluded.Address AND d.Port = excluded.Port AND d.Generation = excluded.Generation) OR NOT EXISTS (
                SELECT 1 FROM OrleansMembershipTable m
                WHERE m.DeploymentId = d.ClusterId AND m.Address = d.Address AND m.Port = d.Port AND m.Generation = d.Generation AND m.Status <> 6)
            RETURNING 1)
        SELECT EXISTS (SELECT 1 FROM me), EXISTS (SELECT 1 FROM registered)
        """;

    private const string LookupSql = """
        SELECT d.ActivationId, d.Address, d.Port, d.Generation
        FROM OrleansGrainDirectory d
        JOIN OrleansMembershipTable m ON m.DeploymentId = d.ClusterId AND m.Address = d.Address AND m.Port = d.Port AND m.Generation = d.Generation AND m.Status <> 6
        WHERE d.ClusterId = $1 AND d.GrainId = $2
        """;

    private const string UnregisterSql = "DELETE FROM OrleansGrainDirectory WHERE ClusterId = $1 AND GrainId = $2 AND ActivationId = $3";

    private const string UnregisterSiloSql = "DELETE FROM OrleansGrainDirectory WHERE ClusterId = $1 AND Address = $2 AND Port = $3 AND Generation = $4";

    private const string LastGenerationSql = "SELECT coalesce(max(Generation), 0) FROM OrleansMembershipTable WHERE DeploymentId = $1 AND Address = $2 AND Port = $3";

    private const string CheckSql = "SELECT to_regclass('OrleansQuery') IS NOT NULL, to_regclass('OrleansMembershipTable') IS NOT NULL, to_regclass('OrleansGrainDirectory') IS NOT NULL";

    private readonly string _connectionString;
    private readonly string _cluster;

    public DirectoryTable(IMembershipTable table, IServiceProvider services, IOptions<ClusterOptions> cluster)
    {
        _cluster = cluster.Value.ClusterId;

        // The official options: not referred to, so that a silo without a database needs no provider.
        var type = table.GetType().Assembly.GetType("Orleans.Configuration.AdoNetClusteringSiloOptions")
            ?? throw new NotSupportedException($"The compat assemblies keep their grain directory in the database of UseAdoNetClustering; {table.GetType()} is another membership table.");
        var holder = typeof(IOptions<>).MakeGenericType(type);
        var options = holder.GetProperty("Value")!.GetValue(services.GetRequiredService(holder))!;
        var invariant = type.GetProperty("Invariant")!.GetValue(options) as string;
        if (invariant != "Npgsql")
        {
            throw new NotSupportedException($"The compat assemblies know PostgreSQL only: set the Invariant of UseAdoNetClustering to 'Npgsql'; it is '{invariant}'.");
        }

        _connectionString = (string)type.GetProperty("ConnectionString")!.GetValue(options)!;
    }

    /// <summary>Throws, with the fix, when the tables are not there.</summary>
    public async Task Check(CancellationToken cancellationToken)
    {
        var found = await Query(CheckSql, r => (r.GetBoolean(0), r.GetBoolean(1), r.GetBoolean(2)), [], cancellationToken);
        if (found is not (true, true, true))
        {
            string[] missing = [found.Item1 ? "" : "OrleansQuery", found.Item2 ? "" : "OrleansMembershipTable", found.Item3 ? "" : "OrleansGrainDirectory"];
            var database = new NpgsqlConnectionStringBuilder(_connectionString);
            throw new OrleansException($"The database {database.Database} on {database.Host} lacks {string.Join(", ", missing.Where(m => m.Length > 0))}. {Script}");
        }
    }

    /// <summary>
    /// The generation of the last silo on an endpoint, 0 without one. It blocks, for a silo's address is needed when its services are made; and gives 0 when the
    /// database does not answer, which the silo's start then says better.
    /// </summary>
    public int LastGeneration(IPEndPoint endpoint)
    {
        try
        {
            using var connection = new NpgsqlConnection(_connectionString);
            connection.Open();
            using var command = new NpgsqlCommand(LastGenerationSql, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = _cluster });
            command.Parameters.Add(new NpgsqlParameter { Value = endpoint.Address.ToString() });
            command.Parameters.Add(new NpgsqlParameter { Value = endpoint.Port });
            return (int)command.ExecuteScalar()!;
        }
        catch (NpgsqlException)
        {
            return 0;
        }
    }

    /// <summary>The address that counts from now on: this one, or the one that was faster.</summary>
    public async Task<GrainAddress> Register(GrainAddress address, CancellationToken cancellationToken)
    {
        while (true)
        {
            var silo = address.SiloAddress!;
            var (alive, registered) = await Query(
                RegisterSql,
                r => (r.GetBoolean(0), r.GetBoolean(1)),
                [_cluster, address.GrainId.ToString(), address.ActivationId.ToParsableString(), silo.Endpoint.Address.ToString(), silo.Endpoint.Port, silo.Generation],
                cancellationToken);
            if (registered)
            {
                return address;
            }

            if (!alive)
            {
                throw new SiloUnavailableException($"Grain {address.GrainId} is not activated on {silo}: the silo has been declared dead.");
            }

            // Between the two statements the other one may have gone.
            if (await Lookup(address.GrainId, cancellationToken) is { } other)
            {
                return other;
            }
        }
    }

    public async Task<GrainAddress?> Lookup(GrainId grain, CancellationToken cancellationToken) => await Query(
        LookupSql,
        r => new GrainAddress
        {
            GrainId = grain,
            ActivationId = ActivationId.FromParsableString(r.GetString(0)),
            SiloAddress = SiloAddress.New(IPAddress.Parse(r.GetString(1)), r.GetInt32(2), r.GetInt32(3)),
        },
        [_cluster, grain.ToString()],
        cancellationToken);

    public Task Unregister(GrainAddress address, CancellationToken cancellationToken) =>
        Query(UnregisterSql, _ => 0, [_cluster, address.GrainId.ToString(), address.ActivationId.ToParsableString()], cancellationToken);

    public Task Unregister(SiloAddress silo, CancellationToken cancellationToken) =>
        Query(UnregisterSiloSql, _ => 0, [_cluster, silo.Endpoint.Address.ToString(), silo.Endpoint.Port, silo.Generation], cancellationToken);

    // Every statement here may be repeated. A connection of the pool may be from before a restart of the server: all of those are given up.
    private async Task<T?> Query<T>(string sql, Func<NpgsqlDataReader, T> read, object[] values, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        try
        {
            return await Execute(connection, sql, read, values, cancellationToken);
        }
        catch (NpgsqlException exception) when (exception.IsTransient)
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await using var second = new NpgsqlConnection(_connectionString);
        await second.OpenAsync(cancellationToken);
        return await Execute(second, sql, read, values, cancellationToken);
    }

    private static async Task<T?> Execute<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, object[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 10 };
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : default;
    }
}
