using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Sheaf.Testbed;

namespace Sheaf.Tests.Parity.Monitoring;

/// <summary>Debian's Prometheus, which scrapes silos each second under the names that deploy/prometheus/prometheus.yml gives them.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _targets;

    private PrometheusServer(Process process, HttpClient http, string targets) => (_process, _http, _targets) = (process, http, targets);

    public static async Task<PrometheusServer> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var (config, targets, port) = (Path.Combine(folder, "prometheus.yml"), Path.Combine(folder, "targets.json"), FreePort());
        await File.WriteAllTextAsync(targets, "[]");
        await File.WriteAllTextAsync(config, $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [ {{Path.Combine(Rules.Folder, "rules.yml")}} ]
            scrape_configs: [ { job_name: sheaf, file_sd_configs: [ { files: [ {{targets}} ], refresh_interval: 1s } ] } ]
            """);
        var start = new ProcessStartInfo("/usr/bin/prometheus", [
            $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
        ])
        { UseShellExecute = false };
        var server = new PrometheusServer(Process.Start(start)!, new() { BaseAddress = new($"http://127.0.0.1:{port}") }, targets);
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    return (await server._http.GetAsync("-/ready")).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            () => "Prometheus is ready");
        return server;
    }

    /// <summary>These are scraped from now on.</summary>
    public async Task ScrapeAsync(IEnumerable<SiloProcess> silos)
    {
        var text = new StringBuilder("[").AppendJoin(", ", silos.Select(silo =>
            $$"""{ "targets": ["{{silo.Http.Authority}}"], "labels": { "component": "silo", "silo": "{{silo.Name}}" } }""")).Append(']');
        await File.WriteAllTextAsync(_targets + ".new", text.ToString());
        File.Move(_targets + ".new", _targets, overwrite: true);
    }

    /// <summary>The series that an expression gives now.</summary>
    public async Task<JsonArray> QueryAsync(string query)
    {
        using var answer = await _http.PostAsync("api/v1/query", new FormUrlEncodedContent([new("query", query)]));
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return (string)json["status"]! == "success" ? json["data"]!["result"]!.AsArray() : throw new InvalidOperationException($"{query}: {json["error"]}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
