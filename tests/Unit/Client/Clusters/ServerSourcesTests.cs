using Sheaf.Client.Connections;
using Sheaf.Client.Failures;

namespace Sheaf.Tests.Unit.Client.Clusters;

public sealed class ServerSourcesTests
{
    private const string Database = "Host=db;Port=5433;Username=sheaf;Password=geheim";

    [Theory]
    [InlineData("http://a:1", Database, "http://b:1", Database, "http://a:1")]
    [InlineData(null, Database, "http://b:1", "Host=other", "the database at db:5433")]
    [InlineData(null, null, "http://b:1", Database, "http://b:1")]
    [InlineData(null, null, null, Database, "the database at db:5433")]
    [InlineData(null, null, null, null, "http://127.0.0.1:7433")]
    public void Choose_PrefersTheCommandLineToTheEnvironment_AndAServerToACluster(
        string? server, string? cluster, string? serverVariable, string? clusterVariable, string chosen)
    {
        string? Variable(string name) => name switch
        {
            "SHEAF_SERVER" => serverVariable,
            "SHEAF_CLUSTER" => clusterVariable,
            "XDG_DATA_HOME" => "/nowhere-at-all",
            _ => null
        };

        Assert.Equal(chosen, ServerSources.Choose(server, cluster, null, Variable).Description);
    }

    [Theory]
    [InlineData("/no/such/directory")]
    [InlineData("Host=db;Port=heim")]
    [InlineData("Username=sheaf;Password=geheim")]
    public void Cluster_ThatIsNeitherDatabaseNorDirectory_IsRefusedWithoutRepeatingIt(string cluster)
    {
        var failure = Assert.Throws<CliException>(() => ServerSources.Choose(null, cluster, null, _ => null));

        Assert.Equal(ExitCode.BadUsage, failure.ExitCode);
        Assert.DoesNotContain("heim", failure.Message + failure.Why + failure.Todo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_WithAKeywordThatTheDriverDoesNotKnow_IsRefusedWithoutRepeatingIt()
    {
        var source = ServerSources.Choose(null, "Host=db;Password=ge;heim=1", null, Environment.GetEnvironmentVariable);

        var failure = await Assert.ThrowsAsync<CliException>(() => source.CandidatesAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ExitCode.BadUsage, failure.ExitCode);
        Assert.DoesNotContain("heim", failure.Message + failure.Why + failure.Todo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_WhoseDatabaseCannotBeReached_SaysWhyWithoutThePassword()
    {
        var source = ServerSources.Choose(null, "Host=/no/such/folder;Username=u;Password=geheim", null, Environment.GetEnvironmentVariable);

        var failure = await Assert.ThrowsAsync<CliException>(() => source.CandidatesAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ExitCode.Unreachable, failure.ExitCode);
        Assert.Equal("the database at /no/such/folder cannot be asked where the silos are", failure.Message);
        Assert.NotEmpty(failure.Why!);
        Assert.DoesNotContain("geheim", failure.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Hint_OfADatabase_DoesNotRepeatThePassword() =>
        Assert.DoesNotContain("geheim", ServerSources.Choose(null, Database, null, _ => null).Hint, StringComparison.Ordinal);
}
