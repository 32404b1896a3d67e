using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.DependencyInjection;
using Sheaf.Api.Hosting;
using Sheaf.Silo.Hosting;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Api;

/// <summary>An exporter hears the instruments of every silo in its process, so these run alone in theirs.</summary>
[CollectionDefinition(nameof(HttpTests), DisableParallelization = true)]
[Collection(nameof(HttpTests))]
public sealed class HttpTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Http_EnsureMetricsAndHealthAnswer()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "measured", TestFolder.Spec(epochs: 1));
        await silo.Completed("measured");
        using var http = new HttpClient { BaseAddress = new(silo.Addresses.Http) };
        Assert.Equal("ok\n", await http.GetStringAsync("livez", TestSilo.Guard));
        Assert.Equal("started\n", await http.GetStringAsync("startupz", TestSilo.Guard));
        Assert.Equal("ready: 1 silo, 4 devices here\n", await http.GetStringAsync("readyz", TestSilo.Guard));
        var metrics = await http.GetStringAsync("metrics", TestSilo.Guard);
        Assert.Matches("(?m)^sheaf_steps_total\\{[^}]*\\} 20$", metrics);
        Assert.Matches("(?m)^sheaf_samples_total\\{[^}]*\\} 160$", metrics);
        Assert.Contains("sheaf_step_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("sheaf_checkpoint_duration_seconds_count", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_IsLocal_AndEndsWithTheDrain_WhileTheProcessLives()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var health = new Grpc.Health.V1.Health.HealthClient(channel);
        Assert.Equal((0, "ready: 1 silo, 4 devices here\n"), await Probe(silo));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new(), cancellationToken: TestSilo.Guard)).Status);

        silo.Services.GetRequiredService<DrainStatus>().Leaves = true;

        Assert.Equal((1, "not ready: it leaves the cluster\n"), await Probe(silo, "readyz"));
        Assert.Equal((0, "ok\n"), await Probe(silo, "livez"));
        Assert.Equal((0, "started\n"), await Probe(silo, "startupz"));
        var said = await health.CheckAsync(new() { Service = "sheaf.v1.Experiments" }, cancellationToken: TestSilo.Guard);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, said.Status);
    }

    [Fact]
    public async Task Probe_OfAServerThatIsNotThere_Fails()
    {
        var output = new StringWriter();
        Assert.Equal(1, await HealthProbe.RunAsync(["--probe", "--http", "127.0.0.1:1"], "127.0.0.1:7434", output));
        Assert.StartsWith("http://127.0.0.1:1/readyz does not answer: ", output.ToString(), StringComparison.Ordinal);
        Assert.Null(await HealthProbe.RunAsync(["--http", "127.0.0.1:1"], "127.0.0.1:7434", output));
        await Assert.ThrowsAsync<FormatException>(() => HealthProbe.RunAsync(["--probe", "alive"], "127.0.0.1:7434", output));
    }

    [Fact]
    public async Task Reflection_NamesTheServices()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: TestSilo.Guard);
        await call.RequestStream.WriteAsync(new() { ListServices = "" }, TestSilo.Guard);
        Assert.True(await call.ResponseStream.MoveNext(TestSilo.Guard));
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToArray();
        Assert.All((string[])["grpc.health.v1.Health", "sheaf.v1.Checkpoints", "sheaf.v1.Cluster", "sheaf.v1.Experiments"],
            name => Assert.Contains(name, services));
        await call.RequestStream.CompleteAsync();
    }

    private static async Task<(int? Code, string Output)> Probe(TestSilo silo, params string[] question)
    {
        var output = new StringWriter();
        var code = await HealthProbe.RunAsync(["--probe", .. question, "--http", new Uri(silo.Addresses.Http).Authority], "127.0.0.1:7434", output);
        return (code, output.ToString());
    }

    /// <summary>What is served to a scraper of a server that has been up for a year.</summary>
    [Fact]
    public async Task Metrics_DoNotGrowWithTheExperimentsThatHaveEnded()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var http = new HttpClient { BaseAddress = new(silo.Addresses.Http) };
        await Run("first", 3);
        var few = await Series();
        Assert.DoesNotContain(few, series => series.Contains("experiment=", StringComparison.Ordinal));
        Assert.Contains(few, series => series.StartsWith("sheaf_experiments_ended_total{", StringComparison.Ordinal));
        await Run("then", 20);

        // Of the libraries' own series only the number is known, and that they count no experiments.
        var many = await Series();
        Assert.Equal(few.Where(IsOurs).Order(), many.Where(IsOurs).Order());
        Assert.True(many.Count < few.Count + 20, $"{few.Count} series after 3 experiments, {many.Count} after 23.");

        async Task Run(string name, int count)
        {
            for (var number = 0; number < count; number++)
            {
                await silo.Submit(_folder, $"{name}-{number}", TestFolder.Spec(epochs: 1, checkpoints: "{ every: 1 epochs, keep: { latest: 1 } }"));
                await silo.Completed($"{name}-{number}");
            }
        }

        // Of an experiment that is over something is served until its coordinator's next turn.
        async Task<HashSet<string>> Series()
        {
            while (true)
            {
                var text = await http.GetStringAsync("metrics", TestSilo.Guard);
                var series = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..(line.LastIndexOf('}') + 1)]).ToHashSet();
                if (!series.Any(one => one.Contains("experiment=", StringComparison.Ordinal)))
                {
                    return series;
                }
            }
        }

        static bool IsOurs(string series) => series.StartsWith("sheaf_", StringComparison.Ordinal);
    }
}
