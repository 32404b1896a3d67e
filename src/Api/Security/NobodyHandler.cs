using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>Authentication of a server without tokens: every caller may do everything, as the user of a machine may on it.</summary>
internal sealed class NobodyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(AuthenticateResult.Success(new(Caller.Principal(Caller.Anonymous, Role.Admin, Scheme.Name), Scheme.Name)));
}
