using Grpc.Core;
using Sheaf.Client.Failures;
using Sheaf.Surroundings.Security;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>login, logout, whoami and token create, against a server that knows one token.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class LoginTests : IDisposable
{
    private const string Token = "sheaf_MARKER-of-the-token";

    private readonly string _home = Directory.CreateTempSubdirectory("sheaf-login-").FullName;

    private string Tokens => Path.Combine(_home, ".config", "sheaf", "tokens.json");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Login_KeepsATokenThatTheServerKnows_AndOtherVerbsShowIt_UntilLogout()
    {
        await using var server = await Server();
        using (var client = Client(server))
        {
            client.Typed = $" {Token}\n";
            Assert.Equal(ExitCode.Ok, await client.RunAsync("login"));
            Assert.Equal($"logged in to {Address(server)} as alice (submitter)\n  token: {Tokens}\n", client.Out.Text);
            Assert.Equal($"Token for {Address(server)}: ", client.Asked);
            Assert.DoesNotContain("MARKER", client.Out.Text + client.Error.Text, StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Tokens));
        }

        using (var client = Client(server))
        {
            Assert.Equal(ExitCode.Ok, await client.RunAsync("whoami", "--output", "json"));
            Assert.Equal("alice", client.JsonLines.Single().GetProperty("name").GetString());
        }

        using (var client = Client(server))
        {
            Assert.Equal(ExitCode.Ok, await client.RunAsync("logout"));
            Assert.Equal($"logged out of {Address(server)}\n", client.Out.Text);
        }

        using (var client = Client(server))
        {
            Assert.Equal(ExitCode.NotAllowed, await client.RunAsync("whoami"));
            Assert.Contains($"the server at {Address(server)} does not know you", client.Error.Text, StringComparison.Ordinal);
            Assert.Contains($"./sheaf login {Address(server)}", client.Error.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sheaf_MARKER-wrong", ExitCode.NotAllowed)]
    [InlineData("", ExitCode.BadUsage)]
    [InlineData("two MARKERS", ExitCode.BadUsage)]
    public async Task Login_WithAnotherToken_KeepsNothing_AndRepeatsNothingOfIt(string token, int code)
    {
        await using var server = await Server();
        using var client = Client(server);
        client.Typed = token;

        Assert.Equal(code, await client.RunAsync("login"));

        Assert.False(File.Exists(Tokens));
        Assert.DoesNotContain("MARKER", client.Out.Text + client.Error.Text, StringComparison.Ordinal);
    }

    /// <summary>Every user of the machine sees a command line, and CI keeps what a command prints.</summary>
    [Theory]
    [InlineData("login http://127.0.0.1:1 sheaf_MARKER-of-a-token-that-is-as-long-as-one")]
    [InlineData("login --token sheaf_MARKER-of-a-token-that-is-as-long-as-one")]
    [InlineData("login --token=sheaf_MARKER-of-a-token-that-is-as-long-as-one")]
    [InlineData("list --token sheaf_MARKER-of-a-token-that-is-as-long-as-one --output json")]
    public async Task TokenOnTheCommandLine_IsRefused_AndNotRepeated(string line)
    {
        using var client = new TestClient().With("HOME", _home);

        Assert.Equal(ExitCode.BadUsage, await client.RunAsync(line.Split(' ')));

        Assert.DoesNotContain("MARKER", client.Out.Text + client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_WithoutTlsToAnotherMachine_DoesNotEvenAsk()
    {
        using var client = new TestClient().With("HOME", _home);

        Assert.Equal(ExitCode.BadUsage, await client.RunAsync("login", "http://10.0.0.1:7433"));

        Assert.Null(client.Asked);
        Assert.Contains("use https://10.0.0.1:7433, or say --insecure", client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_ToAServerThatKnowsNoCallers_KeepsNothing()
    {
        await using var server = await FakeServer.StartAsync();
        server.Cluster.OnWhoAmI = _ => new() { Name = "anonymous", Role = "admin", Authentication = "none" };
        using var client = Client(server);
        client.Typed = Token;

        Assert.Equal(ExitCode.WrongState, await client.RunAsync("login"));

        Assert.Contains("knows no callers", client.Error.Text, StringComparison.Ordinal);
        Assert.False(File.Exists(Tokens));
    }

    [Fact]
    public async Task TokenOfAVariable_IsShownToTheServerThatIsNamed()
    {
        await using var server = await Server();
        using var client = Client(server).With("SHEAF_TOKEN", Token);

        Assert.Equal(ExitCode.Ok, await client.RunAsync("whoami"));

        Assert.Equal($"alice (submitter) at {Address(server)}\n  token: the variable SHEAF_TOKEN\n", client.Out.Text);
    }

    [Fact]
    public async Task TokenCreate_PrintsATokenAndTheLineWithItsHash()
    {
        using var client = new TestClient();

        Assert.Equal(ExitCode.Ok, await client.RunAsync("token", "create", "--name", "alice", "--role", "submitter"));

        var lines = client.Out.Lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim()).ToArray();
        Assert.True(ApiToken.IsOne(lines[0]));
        Assert.Equal($"alice submitter {ApiToken.Hash(lines[0])}", lines[1]);
    }

    [Theory]
    [InlineData("--name", "a b", "--role", "viewer", "letters, digits")]
    [InlineData("--name", "alice", "--role", "boss", "viewer, submitter, admin")]
    public async Task TokenCreate_WithABadNameOrRole_SaysWhatIsAllowed(string one, string name, string two, string role, string allowed)
    {
        using var client = new TestClient();

        Assert.Equal(ExitCode.BadUsage, await client.RunAsync("token", "create", one, name, two, role));

        Assert.Contains(allowed, client.Error.Text, StringComparison.Ordinal);
        Assert.Empty(client.Out.Text);
    }

    private static string Address(FakeServer server) => server.Address.GetLeftPart(UriPartial.Authority);

    private static async Task<FakeServer> Server()
    {
        var server = await FakeServer.StartAsync();
        server.Cluster.OnWhoAmI = header => header == $"Bearer {Token}"
            ? new WhoAmIResponse { Name = "alice", Role = "submitter", Authentication = "token", Server = "fake" }
            : throw FakeServer.Error(StatusCode.Unauthenticated, "The token is none of this server's.");
        return server;
    }

    private TestClient Client(FakeServer server) => new TestClient().With(server).With("HOME", _home);
}
