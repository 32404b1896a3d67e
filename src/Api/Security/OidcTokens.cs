using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>Tokens of a provider of OpenID Connect: signed by its keys, issued for this server, not expired, and with a role of Sheaf's.</summary>
internal static class OidcTokens
{
    private const string RolePrefix = "sheaf-";

    /// <summary>What a token calls its owner: what people know first.</summary>
    private static readonly string[] Names = ["preferred_username", "email", "client_id", "azp", "sub"];

    public static void AddOidc(this AuthenticationBuilder authentication, SecurityOptions options)
    {
        if (options.OidcAuthority is null)
        {
            return;
        }

        authentication.AddJwtBearer(Schemes.Oidc, jwt =>
        {
            (jwt.Authority, jwt.Audience, jwt.MapInboundClaims) = (options.OidcAuthority, options.OidcAudience, false);
            jwt.RequireHttpsMetadata = options.OidcAuthority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
            jwt.TokenValidationParameters.ValidAudience = options.OidcAudience;
            jwt.TokenValidationParameters.ValidIssuer = options.OidcAuthority;
            jwt.Events = new()
            {
                OnTokenValidated = context =>
                {
                    // Without a role the caller is known, and may do nothing.
                    context.Principal = Principal(context.Principal!, options.OidcRoleClaim);
                    return Task.CompletedTask;
                },
            };
        });
    }

    /// <summary>With the highest of the roles that the claim has.</summary>
    public static ClaimsPrincipal Principal(ClaimsPrincipal token, string roleClaim)
    {
        var name = Names.Select(claim => token.FindFirst(claim)?.Value).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "?";
        var roles = token.FindAll(roleClaim).SelectMany(claim => claim.Value.Split((char[])[' ', ','], StringSplitOptions.RemoveEmptyEntries))
            .Where(value => value.StartsWith(RolePrefix, StringComparison.Ordinal))
            .Select(value => RoleNames.Find(value[RolePrefix.Length..]))
            .OfType<Role>().ToArray();
        return roles.Length > 0
            ? Caller.Principal(name, roles.Max(), Schemes.Oidc)
            : new(new ClaimsIdentity([new(ClaimTypes.Name, name)], Schemes.Oidc));
    }
}
