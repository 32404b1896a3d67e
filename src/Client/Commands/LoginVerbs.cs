using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Terminal;
using Sheaf.Client.Trust;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>login, logout, whoami: who this user is for a server.</summary>
internal static class LoginVerbs
{
    public static Verb Login(ClientHost host)
    {
        var server = Server("The server, or several with commas between them that know the same tokens. Default: as for other verbs");
        var verb = new Verb(
            "login",
            "Keep a token for a server. It is read from standard input, or typed where nobody sees it; never from the command line, which every user of "
                + "the machine sees.",
            new Example("login https://gateway.example.com:7433", "asks for the token"),
            new Example("login https://gateway.example.com:7433 --ca ca.pem", "where the certificate is of a CA of your own"),
            new Example("login --output json", "the server of SHEAF_SERVER; for scripts: login < token-file"))
        {
            Notes =
            [
                "The token is tried before it is kept, in tokens.json of $XDG_CONFIG_HOME/sheaf or ~/.config/sheaf, which only you may read. It is sent to "
                    + "that server alone.",
                "In CI nothing needs to be kept: the variable SHEAF_TOKEN_FILE (a file) or SHEAF_TOKEN has a token for the servers that you name.",
                "",
            ],
        };
        verb.Arguments.Add(server);
        verb.Handle(host, async invocation =>
        {
            var servers = Servers(invocation, server);
            foreach (var each in servers)
            {
                invocation.Trust.DemandPrivate(each);
            }

            var token = ServerTrust.Clean(host.ReadSecret($"Token for {string.Join(", ", servers.Select(RpcFailures.Show))}: "), "standard input");
            foreach (var each in servers)
            {
                var known = await AskAsync(invocation, each, token);
                invocation.Trust.Kept.Keep(each, new(token, known.Name));
                Write(invocation, each, known, $"logged in to {RpcFailures.Show(each)} as {known.Name} ({known.Role})", invocation.Trust.Kept.Path);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    public static Verb Logout(ClientHost host)
    {
        var server = Server("The server. Default: as for other verbs");
        var all = new Option<bool>("--all") { Description = "The tokens of all servers" };
        var verb = new Verb("logout", "Forget the token that `login` has kept for a server. It stays good until whoever keeps the server's tokens takes it "
            + "out of them.",
            new Example("logout https://gateway.example.com:7433", "forget one"),
            new Example("logout --all", "forget all"));
        verb.Arguments.Add(server);
        verb.Options.Add(all);
        verb.Handle(host, invocation =>
        {
            var kept = invocation.Trust.Kept;
            var keys = invocation.Parsed.GetValue(all) ? [.. kept.All().Keys] : Servers(invocation, server).Select(KeptTokens.Key).ToArray();
            foreach (var key in keys)
            {
                var had = kept.Forget(key);
                if (invocation.Json)
                {
                    JsonLine.Write(host.Out, json =>
                    {
                        json.WriteString("server", key);
                        json.WriteBoolean("forgotten", had);
                    });
                }
                else
                {
                    host.Out.WriteLine(had ? $"logged out of {key}" : $"there was no token for {key}");
                }
            }

            return Task.FromResult(ExitCode.Ok);
        });
        return verb;
    }

    public static Verb WhoAmI(ClientHost host)
    {
        var verb = new Verb("whoami", "Show how the server knows you, and what you may do there.",
            new Example("whoami", "for a person"),
            new Example("whoami --output json", "one JSON object"));
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var known = await server.CallAsync("ask who you are", options => server.Cluster.WhoAmIAsync(new WhoAmIRequest(), options), invocation.Interrupted);
            var text = known.Authentication == "none"
                ? $"{RpcFailures.Show(server.Server)} knows no callers: everybody who reaches it is an admin"
                : $"{known.Name} ({known.Role}) at {RpcFailures.Show(server.Server)}";
            Write(invocation, server.Server, known, text, invocation.Trust.SourceFor(server.Server));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Argument<string?> Server(string description) => new("SERVER") { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private static IReadOnlyList<Uri> Servers(Invocation invocation, Argument<string?> argument)
    {
        var (text, source) = invocation.Parsed.GetValue(argument) is { } named ? (named, "SERVER")
            : invocation.Parsed.GetValue(GlobalOptions.Server) is { } option ? (option, "--server")
            : invocation.Host.Variable("SHEAF_SERVER") is { Length: > 0 } variable ? (variable, "the variable SHEAF_SERVER")
            : (ServerAddress.Default, "");
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(address => ServerAddress.Parse(address, source))];
    }

    private static async Task<WhoAmIResponse> AskAsync(Invocation invocation, Uri server, string token)
    {
        using var connection = new ServerConnection(server, invocation.Host.Time, invocation.Host.Name, !invocation.Json, trust: invocation.Trust,
            token: token);
        var known = await connection.CallOnceAsync(
            $"log in to {RpcFailures.Show(server)}", options => connection.Cluster.WhoAmIAsync(new WhoAmIRequest(), options), invocation.Interrupted);
        return known.Authentication != "none"
            ? known
            : throw new CliException(
                ExitCode.WrongState, $"{RpcFailures.Show(server)} knows no callers", "it was started without --tokens, and needs no token; none was "
                    + "kept", "use it without login");
    }

    private static void Write(Invocation invocation, Uri server, WhoAmIResponse known, string text, string? where)
    {
        if (!invocation.Json)
        {
            invocation.Host.Out.WriteLine(text);
            if (where is not null)
            {
                invocation.Host.Out.WriteLine($"  token: {where}");
            }

            return;
        }

        JsonLine.Write(invocation.Host.Out, json =>
        {
            json.WriteString("server", RpcFailures.Show(server));
            json.WriteString("name", known.Name);
            json.WriteString("role", known.Role);
            json.WriteString("authentication", known.Authentication);
            json.WriteString("token", where);
        });
    }
}
