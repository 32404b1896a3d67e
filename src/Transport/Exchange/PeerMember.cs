using System.Net;
using Sheaf.Records;

namespace Sheaf.Transport.Exchange;

/// <summary>One silo of a generation: where its data plane listens, and the leases of its workers.</summary>
public sealed record PeerMember(string Silo, IPEndPoint EndPoint, IReadOnlyList<ShardRange> Leases);
