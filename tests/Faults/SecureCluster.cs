using Grpc.Net.Client;
using Sheaf.Surroundings.Security;
using Sheaf.Testbed;
using Sheaf.Tests.Security;

namespace Sheaf.Tests.Faults;

/// <summary>Three silos, s0 to s2, with all that protects them: mutual TLS between them, TLS and tokens at their API.</summary>
public sealed class SecureCluster : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly string _token = ApiToken.Create();

    internal TestCluster Cluster { get; private set; } = null!;

    internal Reference Reference { get; private set; } = null!;

    internal string Token => _token;

    internal string CaFile => _authority.CaFile;

    internal string AuthorityFolder => _authority.Folder;

    private string TokensFile => Path.Combine(_authority.Folder, "tokens");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(TokensFile, $"tester admin {ApiToken.Hash(_token)}\n");
        Cluster = await TestCluster.StartAsync(3, arguments: Options(_authority), open: Open);
        (Cluster.ClientEnvironment["SHEAF_TOKEN"], Cluster.ClientEnvironment["SHEAF_CA"]) = (_token, CaFile);
        TinySpec.WriteRows(Cluster.Folder);
        Reference = await Reference.MakeAsync(TinySpec.Yaml("1"), Cluster.Folder);
    }

    /// <summary>The command line of a silo or gateway of the cluster.</summary>
    /// <param name="authority">That issued the certificate by which it is known to silos; null: none.</param>
    internal string[] Options(TestAuthority? authority = null)
    {
        authority ??= _authority;
        var (certificate, key) = _authority.Issue("api");
        var (clusterCertificate, clusterKey) = authority.Issue("silo");
        return
        [
            "--tls-certificate", certificate, "--tls-key", key, "--tls-ca", CaFile, "--tokens", TokensFile,
            "--cluster-certificate", clusterCertificate, "--cluster-key", clusterKey, "--cluster-ca", authority.CaFile,
        ];
    }

    /// <summary>Puts new certificates of the same authority into the files that the silos were told of.</summary>
    internal void Renew()
    {
        foreach (var name in (string[])["api", "silo"])
        {
            var fresh = Directory.CreateDirectory(Path.Combine(_authority.Folder, "fresh")).FullName;
            var (certificate, key) = _authority.Issue(name, folder: fresh);
            File.Move(key, Path.Combine(_authority.Folder, name + ".key"), overwrite: true);
            File.Move(certificate, Path.Combine(_authority.Folder, name + ".pem"), overwrite: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }

        _authority.Dispose();
    }

    internal GrpcChannel Open(Uri server) => GrpcChannel.ForAddress(server, new()
    {
        HttpHandler = new Bearer(_token)
        {
            InnerHandler = new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new() { CertificateChainPolicy = new AuthorityFile(("--ca", CaFile), TimeProvider.System, TimeSpan.Zero).Policy() },
            },
        },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = 64 * 1024 * 1024,
    });

    private sealed class Bearer(string token) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new("Bearer", token);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
