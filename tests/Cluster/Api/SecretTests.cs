using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Security;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Tests.Security;

namespace Sheaf.Tests.Cluster.Api;

/// <summary>A marker in every secret, the most talkative log, failures provoked: the marker is found nowhere.</summary>
[Collection(nameof(HttpTests))]
public sealed class SecretTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Secrets_AreInNoLog_NoAnswer_NoSeries_AndNoFileOfTheSilo()
    {
        var (known, unknown) = (ApiToken.Create(), ApiToken.Create());
        const string Jwt = "eyJhbGciOiJub25lIn0.TUFSS0VSLU9GLUEtSldU.";
        const string KeyMarker = "TUFSS0VSLU9GLUEtS0VZ";
        var tokens = Path.Combine(_authority.Folder, "tokens");
        await File.WriteAllTextAsync(tokens, $"alice submitter {ApiToken.Hash(known)}\n", TestSilo.Guard);
        var (certificate, key) = _authority.Issue("tls");
        var keyText = (await File.ReadAllLinesAsync(key, TestSilo.Guard))[1];
        var said = new Everything();
        await using (var silo = await TestSilo.Start(
            _folder,
            configure: builder =>
            {
                builder.Logging.AddProvider(said);
                builder.Services.PostConfigure<LoggerFilterOptions>(filters =>
                {
                    // Into the terminal of the test only what it has otherwise.
                    filters.Rules.Clear();
                    filters.Rules.Add(new(typeof(Everything).FullName, null, LogLevel.Trace, null));
                    filters.MinLevel = LogLevel.Critical;
                });
            },
            security: new()
            {
                Tokens = tokens, TlsCertificate = certificate, TlsKey = key, TlsCa = _authority.CaFile, CertificateEvery = TimeSpan.Zero,
                OidcAuthority = "http://127.0.0.1:1", OidcAudience = "sheaf", MaxRequest = 64 * 1024,
            }))
        {
            using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc, new() { HttpHandler = Handler() });
            using var http = new HttpClient(Handler()) { BaseAddress = new(silo.Addresses.Http) };
            var experiments = new V1.Experiments.ExperimentsClient(channel);
            foreach (var token in (string[])[known, unknown, Jwt])
            {
                await Try(() => experiments.SubmitAsync(
                    new() { ExperimentId = "secret", SpecYaml = TestFolder.Spec(epochs: 1), BasePath = _folder.Root }, Header(token),
                        cancellationToken: TestSilo.Guard).ResponseAsync);
                await Try(() => experiments.SubmitAsync(new() { ExperimentId = "bad", SpecYaml = "{" }, Header(token),
                    cancellationToken: TestSilo.Guard).ResponseAsync);
                await Try(() => experiments.SubmitAsync(new() { SpecYaml = new string('#', 70_000) }, Header(token),
                    cancellationToken: TestSilo.Guard).ResponseAsync);
                await Try(() => experiments.DescribeAsync(new() { ExperimentId = "secret" }, Header(token), cancellationToken: TestSilo.Guard).ResponseAsync);
                await Try(() => new V1.Cluster.ClusterClient(channel).DrainAsync(new() { Silo = "alone" }, Header(token),
                    cancellationToken: TestSilo.Guard).ResponseAsync);
                foreach (var path in (string[])["v1/experiments", "v1/experiments/secret", "v1/whoami", "metrics", "readyz", "nowhere"])
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", token) } };
                    using var answer = await http.SendAsync(request, TestSilo.Guard);
                    said.Add(await answer.Content.ReadAsStringAsync(TestSilo.Guard));
                }
            }

            // Somebody puts the token itself where its hash belongs, and a key where it is none.
            await File.WriteAllTextAsync(tokens, $"alice submitter {ApiToken.Hash(known)}\nbob viewer {unknown}\n", TestSilo.Guard);
            await File.WriteAllTextAsync(key, $"-----BEGIN PRIVATE KEY-----\n{KeyMarker}\n{keyText}\n-----END PRIVATE KEY-----\n", TestSilo.Guard);
            silo.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<CertificateWatch>().Single().Look();
            var ready = await http.GetStringAsync("readyz", TestSilo.Guard);
            Assert.Contains("it has a token itself in it", ready, StringComparison.Ordinal);
            Assert.Contains("expected the private key of the certificate", ready, StringComparison.Ordinal);
            said.Add(ready);
            await silo.Completed("secret");
        }

        Assert.Contains(said.Lines, line => line.Contains("audit: alice (submitter)", StringComparison.Ordinal));
        Assert.True(said.Lines.Count > 1000, $"{said.Lines.Count} lines were logged and answered.");
        var files = Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories).Select(File.ReadAllText).ToArray();
        Assert.Contains(files, text => text.Contains("\"who\":\"alice\"", StringComparison.Ordinal));
        foreach (var secret in (string[])[known, known[ApiToken.Prefix.Length..], unknown, Jwt, Jwt.Split('.')[1], KeyMarker, keyText])
        {
            Assert.DoesNotContain(said.Lines.Concat(files), text => text.Contains(secret, StringComparison.Ordinal));
        }

        async Task Try(Func<Task> call)
        {
            try
            {
                await call();
            }
            catch (RpcException e)
            {
                said.Add($"{e.Status} {string.Join(' ', e.Trailers.Select(trailer => trailer.ToString()))}");
            }
        }

        static Metadata Header(string token) => new() { { "authorization", $"Bearer {token}" } };
    }

    private SocketsHttpHandler Handler() =>
        new() { SslOptions = new() { CertificateChainPolicy = new AuthorityFile(("--ca", _authority.CaFile), TimeProvider.System, TimeSpan.Zero).Policy() } };

    /// <summary>All that is logged, with what belongs to it.</summary>
    private sealed class Everything : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public void Add(string line) => _lines.Enqueue(line);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Add($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Add($"{formatter(state, exception)} {exception}");
            foreach (var (_, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                Add($"{value}");
            }
        }

        public void Dispose()
        {
        }
    }
}
