using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Routing;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>Says to who is refused why and what to do, counts it, and has it in the audit log. Thread-safe.</summary>
internal sealed class AccessAnswers(AuditLog audit, RefusedCalls refused) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        var call = CallOf(context);
        var isKnown = context.User.Identity?.IsAuthenticated == true;
        refused.Count(isKnown ? RefusalCause.Forbidden : RefusalCause.Unknown);
        audit.Refused(context, call, isKnown ? StatusCode.PermissionDenied : StatusCode.Unauthenticated);
        if (isKnown)
        {
            var needed = CallRoles.Of(call)?.Role;
            var asked = needed is { } role ? $"{call.Split('/')[^1]} asks for the role {RoleNames.Of(role)}" : "nobody may call this";
            await Refusal.WriteAsync(
                context, StatusCode.PermissionDenied, StatusCodes.Status403Forbidden,
                $"{asked}; '{Caller.Name(context.User)}' has {(Caller.RoleOf(context.User) is { } has ? $"the role {RoleNames.Of(has)}" : "none")}. Ask "
                    + $"whoever keeps this server's tokens.");
            return;
        }

        var shown = TokenHandler.Of(context.Request) is null ? "This server answers callers with a token, and the request has none" : "The token is none "
            + "of this server's, or has expired";
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await Refusal.WriteAsync(
            context, StatusCode.Unauthenticated, StatusCodes.Status401Unauthorized,
            $"{shown}: 'sheaf login' keeps one, SHEAF_TOKEN or SHEAF_TOKEN_FILE names one, and 'Authorization: Bearer TOKEN' is the header for it.");
    }

    /// <summary>As the table of roles names it; what is no call of the API is known by its path.</summary>
    public static string CallOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { } call
        ? call.Method.FullName.TrimStart('/')
        : (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "?";
}
