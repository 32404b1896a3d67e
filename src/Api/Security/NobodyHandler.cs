using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>Of a server that knows no callers: whoever reaches it may do everything, as the user of a machine may on it.</summary>
internal sealed class NobodyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(AuthenticateResult.Success(new(Caller.Principal(Caller.Anonymous, Role.Admin, Scheme.Name), Scheme.Name)));
}
