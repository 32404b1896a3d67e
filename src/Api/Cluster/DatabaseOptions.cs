using Sheaf.Surroundings.Options;

namespace Sheaf.Api.Cluster;

/// <summary>How a silo or a gateway treats the cluster's database.</summary>
public sealed record DatabaseOptions
{
    [Option("How long a connection to the database may take", Least = "1s", Most = "1m")]
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(5);

    [Option("How long a statement may take", Least = "1s", Most = "1m")]
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(5);

    [Option("Connections at most for the tables of Orleans, unless --cluster says otherwise", Least = "1", Most = "1000")]
    public int OrleansConnections { get; init; } = 8;

    [Option("Connections at most for Sheaf's own tables", Least = "1", Most = "1000")]
    public int OwnConnections { get; init; } = 3;

    [Option("Connections that nobody uses are closed after this time: other silos may need them", Least = "1s", Most = "1h")]
    public TimeSpan IdleWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections that one silo takes at most: both pools, and the one that holds its name.</summary>
    internal int ConnectionsOfASilo => OrleansConnections + OwnConnections + 1;
}
