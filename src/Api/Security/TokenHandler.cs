using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Sheaf.Api.Security;

/// <summary>Knows a caller by the bearer token of a request (RFC 6750).</summary>
internal sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, TokensFile tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    private const string Bearer = "Bearer ";

    /// <summary>Null: the request has none.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers[HeaderNames.Authorization] is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim() : null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Of(Request) switch
    {
        null => AuthenticateResult.NoResult(),
        var token when tokens.Find(token) is { } known =>
            AuthenticateResult.Success(new(Caller.Principal(known.Name, known.Role, Scheme.Name), Scheme.Name)),
        _ => AuthenticateResult.Fail("the token is none of this server's"),
    });
}
