using Sheaf.Silo.Cluster;

namespace Sheaf.Tests.Unit.Silo.Cluster;

public sealed class ConnectionTextTests
{
    [Theory]
    [InlineData("Host=db;Port=5433;Username=sheaf;Password=geheim;Database=runs", "database 'runs' at db:5433 as sheaf")]
    [InlineData("Host=/run/pg;Username=sheaf;Passfile=/x;Password='ge;heim'", "database 'sheaf' at /run/pg as sheaf")]
    [InlineData("Host=db", "database at db:5432")]
    public void Show_OfAnyConnection_SaysWhereItLeadsAndNoPassword(string connection, string shown) =>
        Assert.Equal(shown, ConnectionText.Show(ConnectionText.Parse(connection)));

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
        Assert.Contains("Command Timeout=5", ConnectionText.ForOrleans("Host=db"), StringComparison.Ordinal);
        Assert.Contains("Command Timeout=40", ConnectionText.ForOrleans("Host=db;Command Timeout=40"), StringComparison.Ordinal);
        Assert.Equal(-1, new Npgsql.NpgsqlConnectionStringBuilder(ConnectionText.ForOrleans("Host=db")).CancellationTimeout);
        Assert.Equal(700, new Npgsql.NpgsqlConnectionStringBuilder(ConnectionText.ForOrleans("Host=db;Cancellation Timeout=700")).CancellationTimeout);
    }

    [Theory]
    [InlineData("Host=db", true)]
    [InlineData("Host=db;No Reset On Close=false", false)]
    [InlineData("Host=db;No Reset On Close=true", true)]
    public void ForOrleans_EnsureAConnectionIsNotResetUnlessTheUserSaysOtherwise(string given, bool expected) =>
        Assert.Equal(expected, new Npgsql.NpgsqlConnectionStringBuilder(ConnectionText.ForOrleans(given)).NoResetOnClose);
}
