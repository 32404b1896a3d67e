using System.Security.Claims;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Security;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Api;

/// <summary>Tokens of a provider of OpenID Connect whose keys the test has, beside tokens of the server's own.</summary>
public sealed class OidcTests : IDisposable
{
    private const string Authority = "https://login.test/realms/team";

    private readonly TestFolder _folder = new();
    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _foreign = RSA.Create(2048);

    private enum Fault
    {
        None,
        Expired,
        OtherAudience,
        OtherIssuer,
        OtherKey,
        Unsigned,
    }

    public void Dispose()
    {
        _folder.Dispose();
        _key.Dispose();
        _foreign.Dispose();
    }

    [Fact]
    public async Task TokenOfTheProvider_HasTheHighestOfItsRoles_AndAForgedOneNone()
    {
        var own = ApiToken.Create();
        var tokens = Path.Combine(_folder.Root, "tokens");
        await File.WriteAllTextAsync(tokens, $"ci viewer {ApiToken.Hash(own)}\n", TestSilo.Guard);
        var security = new SecurityOptions { Tokens = tokens, OidcAuthority = Authority, OidcAudience = "sheaf", OidcRoleClaim = "groups" };
        await using var silo = await TestSilo.Start(
            _folder,
            configure: builder => builder.Services.PostConfigure<JwtBearerOptions>(Schemes.Oidc, jwt =>
            {
                var provider = new OpenIdConnectConfiguration { Issuer = Authority };
                provider.SigningKeys.Add(new RsaSecurityKey(_key) { KeyId = "one" });
                jwt.ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(provider);
            }),
            security: security);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var cluster = new V1.Cluster.ClusterClient(channel);

        var alice = await Who(Token(["everybody", "sheaf-viewer", "sheaf-submitter", "admin"]));
        Assert.Equal(("alice", "submitter", "oidc"), (alice.Name, alice.Role, alice.Authentication));
        Assert.Equal("ci", (await Who(own)).Name);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => Who(Token(["everybody", "admin"])))).StatusCode);
        foreach (var fault in Enum.GetValues<Fault>().Except([Fault.None]))
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => Who(Token(["sheaf-admin"], fault)));
            Assert.True(refused.StatusCode == StatusCode.Unauthenticated, $"{fault}: {refused.Status}");
        }

        Task<V1.WhoAmIResponse> Who(string token) =>
            cluster.WhoAmIAsync(new(), new Metadata { { "authorization", $"Bearer {token}" } }, cancellationToken: TestSilo.Guard).ResponseAsync;
    }

    private string Token(string[] groups, Fault fault = Fault.None)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var key = new RsaSecurityKey(fault == Fault.OtherKey ? _foreign : _key) { KeyId = "one" };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = fault == Fault.OtherIssuer ? "https://elsewhere" : Authority,
            Audience = fault == Fault.OtherAudience ? "another" : "sheaf",
            NotBefore = now.AddHours(-2),
            Expires = fault == Fault.Expired ? now.AddHours(-1) : now.AddHours(1),
            Subject = new ClaimsIdentity([new("sub", "4711"), new("preferred_username", "alice"), .. groups.Select(group => new Claim("groups", group))]),
            SigningCredentials = fault == Fault.Unsigned ? null : new(key, SecurityAlgorithms.RsaSha256),
        });
    }
}
