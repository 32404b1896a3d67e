namespace Sheaf.Api.Security;

/// <summary>How callers are known; the names of ASP.NET's schemes of authentication.</summary>
internal static class Schemes
{
    /// <summary>Looks which of the others a request is for.</summary>
    public const string Any = "any";

    public const string Token = "token";

    public const string Oidc = "oidc";

    /// <summary>They are not: everybody may do everything.</summary>
    public const string None = "none";
}
