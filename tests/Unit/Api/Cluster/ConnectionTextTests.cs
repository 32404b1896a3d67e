using Npgsql;
using Sheaf.Api.Cluster;
using Sheaf.Silo.Cluster;

namespace Sheaf.Tests.Unit.Api.Cluster;

public sealed class ConnectionTextTests
{
    [Theory]
    [InlineData("Host=db;Port=5433;Username=sheaf;Password=geheim;Database=runs", "database 'runs' at db:5433 as sheaf")]
    [InlineData("Host=/run/pg;Username=sheaf;Passfile=/x;Password='ge;heim'", "database 'sheaf' at /run/pg as sheaf")]
    [InlineData("Host=db", "database at db:5432")]
    public void Show_OfAnyConnection_SaysWhereItLeadsAndNoPassword(string connection, string shown) =>
        Assert.Equal(shown, ConnectionText.Show(ConnectionText.Parse(connection)));

    [Theory]
    [InlineData("Host=db;Database=runs", "database 'runs' at db:5432")]
    [InlineData("Host=/run/pg;Database=runs", "database 'runs' on this machine")]
    public void Show_WithoutAFolder_NamesNoSocket(string connection, string shown) =>
        Assert.Equal(shown, ConnectionText.Show(ConnectionText.Parse(connection), withFolder: false));

    [Theory]
    [InlineData("")]
    [InlineData("Username=sheaf;Password=geheim")]
    [InlineData("Host=db;Password=ge;heim=1")]
    [InlineData("Host=db;Port=geheim")]
    [InlineData("postgres://sheaf:geheim@db/runs")]
    [InlineData("Host=db;Password='geheim")]
    public void Parse_OfWhatIsNoConnectionString_SaysWhatIsExpectedAndRepeatsNothing(string connection)
    {
        var refusal = Assert.Throws<ClusterRefusedException>(() => ConnectionText.Parse(connection));

        Assert.Contains("Host=", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("heim", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ForOrleans_EnsureAServerThatDoesNotAnswerIsGivenUpInTimeUnlessTheUserSaysOtherwise()
    {
        Assert.Contains("Command Timeout=5", ConnectionText.ForOrleans("Host=db", new()), StringComparison.Ordinal);
        Assert.Contains("Command Timeout=40", ConnectionText.ForOrleans("Host=db;Command Timeout=40", new()), StringComparison.Ordinal);
        Assert.Equal(-1, new NpgsqlConnectionStringBuilder(ConnectionText.ForOrleans("Host=db", new())).CancellationTimeout);
        Assert.Equal(700, new NpgsqlConnectionStringBuilder(ConnectionText.ForOrleans("Host=db;Cancellation Timeout=700", new())).CancellationTimeout);
    }

    /// <summary>What a user is told that a silo takes must be what it takes.</summary>
    [Fact]
    public async Task ASilo_TakesNoMoreConnectionsThanIsSaid()
    {
        await using var store = new ClusterStore("Host=db;Maximum Pool Size=90", new());
        NpgsqlConnectionStringBuilder own = new(store.OwnConnection), holder = new(store.HolderConnection), orleans =
            new(ConnectionText.ForOrleans("Host=db", new()));

        Assert.Equal((3, false, 8), (own.MaxPoolSize, holder.Pooling, orleans.MaxPoolSize));
        Assert.Equal(new DatabaseOptions().ConnectionsOfASilo, own.MaxPoolSize + 1 + orleans.MaxPoolSize);
    }

    [Theory]
    [InlineData("Host=db", 8)]
    [InlineData("Host=db;Maximum Pool Size=90", 90)]
    [InlineData("Host=db;maximum pool size=2", 2)]
    [InlineData("Host=db;MaxPoolSize=90", 90)]
    public void ForOrleans_TakesFewConnectionsUnlessTheUserSaysOtherwise(string given, int most) =>
        Assert.Equal(most, new NpgsqlConnectionStringBuilder(ConnectionText.ForOrleans(given, new())).MaxPoolSize);

    /// <summary>Npgsql refuses a lifetime below the interval at which it looks.</summary>
    [Theory]
    [InlineData("Host=db")]
    [InlineData("Host=db;Connection Idle Lifetime=300;Connection Pruning Interval=60")]
    [InlineData("Host=db;Connection Idle Lifetime=2;Connection Pruning Interval=1")]
    public async Task IdleConnections_AreGivenBackSoon(string given)
    {
        await using var store = new ClusterStore(given, new());
        foreach (var connection in new[] { store.OwnConnection, ConnectionText.ForOrleans(given, new()) })
        {
            var parsed = new NpgsqlConnectionStringBuilder(connection);

            Assert.InRange(parsed.ConnectionPruningInterval, 1, 10);
            Assert.InRange(parsed.ConnectionIdleLifetime, parsed.ConnectionPruningInterval, 10);
        }
    }

    [Theory]
    [InlineData("Host=db", true)]
    [InlineData("Host=db;No Reset On Close=false", false)]
    [InlineData("Host=db;No Reset On Close=true", true)]
    public void ForOrleans_EnsureAConnectionIsNotResetUnlessTheUserSaysOtherwise(string given, bool expected) =>
        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(ConnectionText.ForOrleans(given, new())).NoResetOnClose);
}
