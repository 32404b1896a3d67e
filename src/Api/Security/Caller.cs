using System.Security.Claims;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>Who calls, as it stands in a request's principal. Pure.</summary>
internal static class Caller
{
    /// <summary>The name of every caller of a server without tokens.</summary>
    public const string Anonymous = "anonymous";

    private const string RoleClaim = "sheaf-role";

    /// <param name="scheme">By which authentication knows the caller.</param>
    public static ClaimsPrincipal Principal(string name, Role role, string scheme) =>
        new(new ClaimsIdentity([new(ClaimTypes.Name, name), new(RoleClaim, role.ToString())], scheme, ClaimTypes.Name, RoleClaim));

    /// <summary>Empty: not known.</summary>
    public static string Name(ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true } identity ? identity.Name ?? "" : "";

    /// <summary>Null: none.</summary>
    public static Role? RoleOf(ClaimsPrincipal user) => Enum.TryParse<Role>(user.FindFirst(RoleClaim)?.Value, out var role) ? role : null;

    /// <summary>How it is known: token, oidc, or none.</summary>
    public static string Scheme(ClaimsPrincipal user) => user.Identity?.AuthenticationType ?? "";
}
