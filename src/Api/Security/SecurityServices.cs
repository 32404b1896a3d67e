using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Grpc.AspNetCore.Server;
using System.Net.Security;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>Puts together who may call the API.</summary>
internal static class SecurityServices
{
    private const string KeysForCookies = "DataProtectionHostedService";

    /// <exception cref="FormatException">A file cannot be used.</exception>
    public static ServerFiles AddSecurity(this IServiceCollection services, SecurityOptions options)
    {
        var files = new ServerFiles(options, TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(files);
        services.AddSingleton<RefusedCalls>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<PeerCalls>();
        services.AddHttpContextAccessor();
        services.AddHostedService<CertificateWatch>();
        services.AddCallLimits(options);
        AddAuthentication(services, options, files);

        // ASP.NET brings keys for cookies, which it would make at each start and write into the user's home. Nothing here has any.
        foreach (var keys in services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Name == KeysForCookies).ToArray())
        {
            services.Remove(keys);
        }

        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
        services.AddAuthorization(authorization =>
        {
            foreach (var role in Enum.GetValues<Role>())
            {
                authorization.AddPolicy(RoleNames.Of(role), policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                    Caller.RoleOf(context.User) >= role));
            }

            // What nobody has thought of is open to nobody who is not known.
            authorization.FallbackPolicy = authorization.GetPolicy(RoleNames.Of(Role.Viewer));
        });
        return files;
    }

    /// <summary>The role of each call, by the table; a call that is not in it is refused to all.</summary>
    public static void RequireRoles(this GrpcServiceEndpointConventionBuilder service) => service.Add(endpoint =>
    {
        if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is { } call)
        {
            endpoint.Metadata.Add(CallRoles.Of(call.Method.FullName) is { } known
                ? new AuthorizeAttribute(RoleNames.Of(known.Role))
                : new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
        }
    });

    /// <summary>In the order of a request: who is it, does it ask too much, may it.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        app.UseRequestSize(app.Services.GetRequiredService<SecurityOptions>());
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
    }

    /// <summary>The certificate of each handshake is the one that its files have then.</summary>
    public static void UseTls(this ListenOptions at, ServerFiles files)
    {
        if (files.Api is { } certificate)
        {
            SslApplicationProtocol[] protocols = [at.Protocols == HttpProtocols.Http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11];
            at.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(
                    new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Context, ApplicationProtocols = [.. protocols] }),
            });
        }
    }

    private static void AddAuthentication(IServiceCollection services, SecurityOptions options, ServerFiles files)
    {
        if (!options.KnowsCallers)
        {
            services.AddAuthentication(Schemes.None).AddScheme<AuthenticationSchemeOptions, NobodyHandler>(Schemes.None, null);
            return;
        }

        var authentication = services.AddAuthentication(Schemes.Any);
        if (files.Tokens is { } tokens)
        {
            services.AddSingleton(tokens);
            authentication.AddScheme<AuthenticationSchemeOptions, TokenHandler>(Schemes.Token, null);
        }

        authentication.AddOidc(options);
        authentication.AddPolicyScheme(Schemes.Any, null, any => any.ForwardDefaultSelector = context => (files.Tokens, options.OidcAuthority) switch
        {
            (null, _) => Schemes.Oidc,
            (_, null) => Schemes.Token,
            _ => TokenHandler.Of(context.Request)?.StartsWith(ApiToken.Prefix, StringComparison.Ordinal) == true ? Schemes.Token : Schemes.Oidc,
        });
    }
}
