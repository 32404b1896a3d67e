using System.Net.Security;

namespace Sheaf.Transport.Links;

/// <summary>
/// TLS on every connection of a data plane, by which both sides know each other. Asked for each handshake: certificates may have been renewed.
/// </summary>
/// <param name="Server">What the side that was called shows and asks for.</param>
/// <param name="Client">The same of the side that calls.</param>
public sealed record LinkTls(Func<SslServerAuthenticationOptions> Server, Func<SslClientAuthenticationOptions> Client);
