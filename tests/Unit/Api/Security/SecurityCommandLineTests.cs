using System.Net;
using Sheaf.Api.Security;
using Sheaf.Gateway;
using Sheaf.Silo;

namespace Sheaf.Tests.Unit.Api.Security;

public sealed class SecurityCommandLineTests
{
    private static readonly Dictionary<string, string> None = [];

    private static readonly SecurityOptions Whole = new()
    {
        TlsCertificate = "c", TlsKey = "k", Tokens = "t", ClusterCertificate = "c", ClusterKey = "k", ClusterCa = "ca",
    };

    [Fact]
    public void Loopback_NeedsNothing() =>
        Assert.Empty(SecurityCommandLine.Dangers(new(), At("--listen", "127.0.0.1"), At("--silo-endpoint", "127.3.0.1")));

    [Fact]
    public void Elsewhere_WithEverything_IsGood() =>
        Assert.Empty(SecurityCommandLine.Dangers(Whole, At("--listen", "0.0.0.0"), At("--silo-endpoint", "10.0.0.1")));

    [Fact]
    public void Elsewhere_WithTheProvidersTokens_IsGood() =>
        Assert.Empty(SecurityCommandLine.Dangers(Whole with { Tokens = null, OidcAuthority = "https://login" }, At("--listen", "0.0.0.0"), []));

    [Fact]
    public void Elsewhere_WithNothing_IsRefused_EachByItsName()
    {
        var said = string.Join("\n",
            SecurityCommandLine.Dangers(new(), [.. At("--listen", "0.0.0.0"), .. At("--http", "::")], At("--data-endpoint", "10.0.0.1")));

        Assert.All((string[])["--listen 0.0.0.0:7000 is open to other machines", "--http [::]:7000 is open", "--tls-certificate with --tls-key and --tokens",
            "--data-endpoint 10.0.0.1:7000 is open", "--cluster-certificate, --cluster-key and --cluster-ca", "--insecure", "docs/security.md"],
            part => Assert.Contains(part, said, StringComparison.Ordinal));
    }

    [Fact]
    public void Elsewhere_WithoutTokens_NamesTokensAlone()
    {
        var said = string.Join("\n", SecurityCommandLine.Dangers(Whole with { Tokens = null }, At("--listen", "0.0.0.0"), []));

        Assert.Contains("add --tokens, or listen", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Insecure_ListensAnywhere() =>
        Assert.Empty(SecurityCommandLine.Dangers(new() { Insecure = true }, At("--listen", "0.0.0.0"), At("--silo-endpoint", "10.0.0.1")));

    [Fact]
    public void SiloAndGateway_TakeTheSameOptions_AndRefuseToBeOpen()
    {
        string[] all = ["--tokens", "t", "--tls-certificate", "c", "--tls-key", "k", "--tls-ca", "ca", "--cluster-certificate", "cc", "--cluster-key", "ck",
            "--cluster-ca", "cca", "--oidc-authority", "https://login", "--oidc-audience", "sheaf", "--oidc-role-claim", "groups", "--audit-log", "a",
            "--max-request", "65536", "--max-calls", "7", "--max-streams", "3", "--listen", "0.0.0.0:7433", "--http", "0.0.0.0:7434", "--cluster", "Host=a"];

        var silo = SiloCommandLine.Parse([.. all, "--data", "/d"], None).Security;

        Assert.Equal(silo, GatewayCommandLine.Parse(all, None).Security);
        Assert.Equal(
            new()
            {
                Tokens = "t", TlsCertificate = "c", TlsKey = "k", TlsCa = "ca", ClusterCertificate = "cc", ClusterKey = "ck", ClusterCa = "cca",
                OidcAuthority = "https://login", OidcAudience = "sheaf", OidcRoleClaim = "groups", AuditLog = "a", MaxRequest = 65536, MaxCalls = 7,
                MaxStreams = 3,
            },
            silo);
        Assert.Contains("--listen 0.0.0.0:7433 is open", Assert.Throws<FormatException>(
            () => SiloCommandLine.Parse(["--data", "/d", "--listen", "0.0.0.0:7433"], None)).Message, StringComparison.Ordinal);
        Assert.Contains("--http 0.0.0.0:7434 is open", Assert.Throws<FormatException>(
            () => GatewayCommandLine.Parse(["--cluster", "Host=a", "--http", "0.0.0.0:7434"], None)).Message, StringComparison.Ordinal);
    }

    private static (string, IPEndPoint)[] At(string option, string address) => [(option, new(IPAddress.Parse(address), 7000))];
}
