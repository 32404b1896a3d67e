using System.Text;
using Sheaf.Client.Failures;
using Sheaf.Tests.EndToEnd.Run;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>A proxy is used where a user names one for a server, and nowhere else.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    /// <summary>A name that only the proxy can resolve.</summary>
    private const string Remote = "trainer.example:7433";

    private readonly TestClient _client = new();
    private FakeServer _server = null!;
    private ConnectProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _proxy = ConnectProxy.To(_server);
        _server.Cluster.Description = new ClusterDescription { Silos = { new V1.Silo { Name = "behind-the-proxy", Pid = 7, Status = "active" } } };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NamedServer_IsReachedThroughTheProxyThatIsNamed(bool byVariables)
    {
        var code = byVariables
            ? await _client.With("SHEAF_SERVER", Remote).With("SHEAF_PROXY", _proxy.Address).RunAsync("cluster")
            : await _client.RunAsync("cluster", "--server", $"http://{Remote}", "--proxy", _proxy.Address);

        Assert.Equal((ExitCode.Ok, ""), (code, _client.Error.Text));
        Assert.Contains("behind-the-proxy", _client.Out.Text, StringComparison.Ordinal);
        Assert.Equal([$"CONNECT {Remote} HTTP/1.1", $"Host: {Remote}"], Assert.Single(_proxy.Requests));
    }

    [Fact]
    public async Task ProxyWithAPassword_IsToldIt()
    {
        var proxy = _proxy.Address.Replace("http://", "http://user:p%40ss@", StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("cluster", "--server", Remote, "--proxy", proxy));

        Assert.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("user:p@ss"))}", Assert.Single(_proxy.Requests));
    }

    [Theory]
    [InlineData("403 Forbidden", "does not let a connection to trainer.example:7433 through: HTTP/1.1 403 Forbidden")]
    [InlineData("407 Proxy Authentication Required", "through: HTTP/1.1 407 Proxy Authentication Required")]
    [InlineData("", "the proxy closed the connection before it answered")]
    public async Task ProxyThatRefuses_IsNamedWithItsWordsAndWithoutAPassword(string status, string words)
    {
        await using var refusing = ConnectProxy.ThatRefuses(status);

        var code = await _client.RunAsync(
            "cluster", "--server", Remote, "--proxy", refusing.Address.Replace("http://", "http://user:secret@", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Contains(words, _client.Error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loopback_IsNeverReachedThroughAProxy()
    {
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("cluster", "--server", _server.Address.ToString(), "--proxy", _proxy.Address));
        Assert.Equal(ExitCode.Ok, await _client.With(_server).With("SHEAF_PROXY", _proxy.Address).RunAsync("cluster"));
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("cluster", "--server", $"http://localhost:{_server.Address.Port}", "--proxy", _proxy.Address));

        Assert.Empty(_proxy.Requests);
    }

    /// <summary>The process as a whole: no library in it heeds what is set for the web.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ProxiesOfTheWeb_AreHeededForNoServer(bool remote)
    {
        (string, string)[] variables = [.. new[] { "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy" }
            .Select(name => (name, _proxy.Address)), ("NO_PROXY", ""), ("no_proxy", "")];
        await using var client = SheafProcess.Among(
            variables, "Client", "cluster", "--server", remote ? "http://trainer.invalid:7433" : _server.Address.ToString());

        Assert.Equal(remote ? ExitCode.Unreachable : ExitCode.Ok, await client.ExitAsync());

        Assert.Equal(!remote, client.Out.Text.Contains("behind-the-proxy", StringComparison.Ordinal));
        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task Process_UsesTheProxyThatIsNamedForTheServer()
    {
        await using var client = SheafProcess.Among([("SHEAF_PROXY", _proxy.Address)], "Client", "cluster", "--server", Remote);

        Assert.Equal(ExitCode.Ok, await client.ExitAsync());

        Assert.Contains("behind-the-proxy", client.Out.Text, StringComparison.Ordinal);
        Assert.Single(_proxy.Requests);
    }

    [Theory]
    [InlineData("--cluster", "Host=db")]
    [InlineData("--output", "text")]
    public async Task ProxyForNoNamedServer_IsBadUsage(string option, string value)
    {
        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("cluster", option, value, "--proxy", _proxy.Address));
        Assert.Contains("--proxy is for a server that is named", _client.Error.Text, StringComparison.Ordinal);
    }
}
