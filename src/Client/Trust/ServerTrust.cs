using System.Security.Cryptography.X509Certificates;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Surroundings;
using Sheaf.Surroundings.Security;

namespace Sheaf.Client.Trust;

/// <summary>
/// Whom this program trusts, and what it shows to whom: the authority whose certificates count, and the token for a server. A token goes to the server that
/// it was kept for and to no other; one of a variable goes to the servers that the user named, not to those that a server names. It is never sent where others
/// could read it on the way. Not thread-safe.
/// </summary>
internal sealed class ServerTrust
{
    private const int LongestToken = 16 * 1024;

    private readonly Func<string, string?> _variable;
    private readonly KeptTokens _kept;
    private readonly AuthorityFile? _authorities;
    private readonly bool _insecure;
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    /// <param name="authority">Of --ca; null: that of the variable SHEAF_CA, else those of the system.</param>
    /// <param name="insecure">Sends tokens over connections without TLS.</param>
    /// <exception cref="CliException">The file of the authority cannot be used.</exception>
    public ServerTrust(string? authority, bool insecure, TimeProvider time, Func<string, string?> variable)
    {
        (_variable, _kept, _insecure) = (variable, new(variable), insecure);
        var (file, source) = authority is not null ? (authority, "--ca") : (variable("SHEAF_CA"), "the variable SHEAF_CA");
        Hint = $"{(authority is null ? "" : $" --ca {ShellWord.Quote(authority)}")}{(insecure ? " --insecure" : "")}";
        if (file is { Length: > 0 })
        {
            try
            {
                _authorities = new((source, file), time, TimeSpan.FromSeconds(1));
            }
            catch (FormatException e)
            {
                throw new CliException(
                    ExitCode.BadUsage, e.Message.TrimEnd('.'), null, "name the file of the CA that issued the server's certificate, in PEM form", e);
            }
        }
        else if (authority is not null)
        {
            throw new CliException(ExitCode.BadUsage, "--ca names no file", null, "name the file of the CA that issued the server's certificate");
        }
    }

    /// <summary>The authorities of the system and no token: for a server on loopback.</summary>
    public static ServerTrust None { get; } = new(null, false, TimeProvider.System, _ => null);

    /// <summary>What to type to have the same again, with a blank before it; empty: nothing.</summary>
    public string Hint { get; }

    /// <summary>Null: the system's authorities.</summary>
    public X509ChainPolicy? Policy => _authorities?.Policy();

    public KeptTokens Kept => _kept;

    /// <summary>The user named these servers, on a command line, in a variable or by a cluster.</summary>
    public void Name(IEnumerable<Uri> servers) => _named.UnionWith(servers.Select(KeptTokens.Key));

    /// <summary>What a call to a server carries; null: nothing.</summary>
    /// <exception cref="CliException">It would travel where others can read it, or cannot be used.</exception>
    public string? TokenFor(Uri server)
    {
        var token = (_named.Contains(KeptTokens.Key(server)) ? OfVariables() : null) ?? _kept.Find(server)?.Token;
        if (token is not null)
        {
            DemandPrivate(server);
        }

        return token;
    }

    /// <exception cref="CliException">A token sent to the server could be read on the way.</exception>
    public void DemandPrivate(Uri server)
    {
        if (server.Scheme != "https" && !server.IsLoopback && !_insecure)
        {
            throw new CliException(
                ExitCode.BadUsage,
                $"a token is not sent to {RpcFailures.Show(server)}",
                "the connection has no TLS, so that others could read it on the way",
                $"use https://{server.Authority}, or say --insecure where the network itself is trusted");
        }
    }

    /// <summary>A token as somebody typed or stored it.</summary>
    /// <param name="source">For messages, which never repeat it.</param>
    /// <exception cref="CliException">It is none.</exception>
    public static string Clean(string? text, string source)
    {
        var token = text?.Trim() ?? "";
        return token.Length is > 0 and <= LongestToken && token.All(c => c is > ' ' and <= '~')
            ? token
            : throw new CliException(
                ExitCode.BadUsage, $"{source} has no token", "expected one line, such as sheaf_... of `token create`; it is not repeated here", "whoever "
                    + "keeps the server's tokens has one for you");
    }

    /// <summary>Where the token for a server would come from; null: there is none.</summary>
    public string? SourceFor(Uri server) =>
        _variable("SHEAF_TOKEN") is { Length: > 0 } ? "the variable SHEAF_TOKEN"
        : _variable("SHEAF_TOKEN_FILE") is { Length: > 0 } ? "the file of SHEAF_TOKEN_FILE"
        : _kept.Find(server) is not null ? _kept.Path
        : null;

    private string? OfVariables()
    {
        if (_variable("SHEAF_TOKEN") is { Length: > 0 } token)
        {
            return Clean(token, "the variable SHEAF_TOKEN");
        }

        if (_variable("SHEAF_TOKEN_FILE") is not { Length: > 0 } file)
        {
            return null;
        }

        try
        {
            return Clean(ShortFile.ReadText(file, LongestToken + 1024), $"{Printable.Of(file)} (the variable SHEAF_TOKEN_FILE)");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.BadUsage, $"the file of the variable SHEAF_TOKEN_FILE cannot be read: "
                + $"{Printable.Of(file)}", e.Message, "correct the variable, or unset it", e);
        }
    }
}
