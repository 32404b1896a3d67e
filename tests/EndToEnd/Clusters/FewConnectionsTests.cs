using System.Text.Json;
using Npgsql;
using Sheaf.Client.Failures;
using Sheaf.Tests.EndToEnd.Client;
using Sheaf.Tests.EndToEnd.Run;

namespace Sheaf.Tests.EndToEnd.Clusters;

/// <summary>A database that gives a silo fewer connections than its pool may open.</summary>
public sealed class FewConnectionsTests(ServerOfDatabases server) : IClassFixture<ServerOfDatabases>, IDisposable
{
    private const int Connections = 4;
    private const int Experiments = 10;

    private readonly TinyExperiment _tiny = new(epochs: 2);

    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task ExperimentsThatAreSubmittedAllAtOnce_AreTakenNowOrRefusedInASentenceAndAllComplete()
    {
        var database = await server.WithTablesAsync();
        await ServerOfDatabases.SqlAsync(database, $"CREATE ROLE few LOGIN CONNECTION LIMIT {Connections}; GRANT ALL ON ALL TABLES IN SCHEMA public TO few");
        var announce = _tiny.Data("announce.json");
        await using var silo = SheafProcess.Silo(
            "--cluster", new NpgsqlConnectionStringBuilder(database) { Username = "few", Pooling = true, MaxPoolSize = 10 }.ConnectionString,
            "--name", "a", "--data", _tiny.Data("data"), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--devices", "cpu:2", "--announce", announce);
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            while (!File.Exists(announce))
            {
                Assert.True(await timer.WaitForNextTickAsync(Guard));
            }
        }

        var address = JsonDocument.Parse(await File.ReadAllTextAsync(announce, Guard)).RootElement.GetProperty("grpc").GetString()!;
        var refusals = await Task.WhenAll(Enumerable.Range(0, Experiments).Select(number => SubmitAsync(number, address)));

        // No refusal is the silo's fault to a caller, and none shows what libraries say to their developers.
        Assert.All(refusals.SelectMany(each => each), text => Assert.DoesNotMatch("Internal|Exception|   at ", text));
        Assert.Contains("no connection left", silo.Error.Text + silo.Out.Text, StringComparison.Ordinal);
    }

    /// <summary>As a user whose experiment was refused for now: once more, until it is taken and has completed.</summary>
    /// <returns>What the refusals said.</returns>
    private async Task<List<string>> SubmitAsync(int number, string address)
    {
        for (var refusals = new List<string>(); ;)
        {
            using var client = new TestClient();
            var code = await client.RunAsync("submit", _tiny.Spec, "--set", $"name=t-{number}", "--set", "workers=1", "--follow", "--server", address);
            if (code == ExitCode.Ok)
            {
                return refusals;
            }

            Assert.True(code == ExitCode.NotNow, client.Error.Text);
            refusals.Add(client.Error.Text);
        }
    }
}
