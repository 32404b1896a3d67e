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
        Assert.Equal("ready: 1 silos, 4 devices\n", await http.GetStringAsync("readyz", TestSilo.Guard));
        var metrics = await http.GetStringAsync("metrics", TestSilo.Guard);
        Assert.Matches("(?m)^sheaf_steps_total\\{[^}]*\\} 20$", metrics);
        Assert.Matches("(?m)^sheaf_samples_total\\{[^}]*\\} 160$", metrics);
        Assert.Contains("sheaf_step_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("sheaf_checkpoint_duration_seconds_count", metrics, StringComparison.Ordinal);
    }
}
