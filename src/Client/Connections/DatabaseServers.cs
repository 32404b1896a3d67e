using System.Data.Common;
using System.Globalization;
using Sheaf.Client.Clusters;
using Sheaf.Client.Failures;

namespace Sheaf.Client.Connections;

/// <summary>The silos that a cluster's database knows to be members.</summary>
internal sealed class DatabaseServers : IServerSource
{
    private const int DefaultPort = 5432;

    private readonly string _connection;
    private readonly string _source;
    private readonly Func<string, string?> _variable;

    /// <param name="source">Where the connection string was named, for messages.</param>
    /// <param name="variable">An environment variable, or null.</param>
    /// <exception cref="CliException">It is no connection string; no part of it is repeated, for it may be a password.</exception>
    public DatabaseServers(string connection, string source, Func<string, string?> variable)
    {
        (_connection, _source, _variable) = (connection, source, variable);
        Description = $"the database at {Place() ?? throw Bad()}";
        Hint = source == "--cluster" ? " --cluster CONNECTION" : "";
    }

    public string Description { get; }

    public string Hint { get; }

    public async Task<IReadOnlyList<Uri>> CandidatesAsync(CancellationToken cancellation)
    {
        var (code, output) = await DatabaseProgram.AskAsync("silos", _connection, _variable, cancellation);
        return code switch
        {
            DatabaseProgram.NoConnectionString => throw Bad(),
            DatabaseProgram.NoTables => throw new CliException(
                ExitCode.Unreachable, $"{Description} has no tables of Sheaf", null, "make them: sheaf cluster schema --cluster CONNECTION"),
            DatabaseProgram.Refused => throw new CliException(
                ExitCode.Unreachable, $"{Description} cannot be asked where the silos are", output, "start it, or name a silo with --server URL"),
            _ => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(silo => new Uri(silo))],
        };
    }

    /// <summary>Makes its tables, or brings them up to date.</summary>
    public async Task MakeTablesAsync(CancellationToken cancellation)
    {
        if (!await ClusterTables.ApplyAsync(_connection, _variable, cancellation))
        {
            throw Bad();
        }
    }

    /// <summary>
    /// The server's host and port, or the folder of its socket; null: the text names none.
    /// Whether the driver knows all of its keywords is found out when it is used.
    /// </summary>
    private string? Place()
    {
        try
        {
            var parsed = new DbConnectionStringBuilder { ConnectionString = _connection };
            string? Value(string key) => parsed.TryGetValue(key, out var value) && value.ToString() is { Length: > 0 } text ? text : null;
            var host = Value("Host") ?? Value("Server");
            var port = Value("Port") is { } named ? int.Parse(named, NumberStyles.Integer, CultureInfo.InvariantCulture) : DefaultPort;
            return host is null || host.StartsWith('/') ? host : $"{host}:{port}";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private CliException Bad() => new(
        ExitCode.BadUsage,
        $"{_source} is neither a connection string of PostgreSQL nor the directory of a cluster",
        "it is not repeated here: a part of it may be a password",
        "for example --cluster \"Host=db;Username=sheaf;Database=sheaf\", values with ';' in quotes");
}
