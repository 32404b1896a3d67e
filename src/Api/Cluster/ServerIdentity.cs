namespace Sheaf.Api.Cluster;

/// <summary>Who answers calls of the API.</summary>
/// <param name="Name">Of the silo or the gateway.</param>
/// <param name="Address">In the membership; empty: it is no silo.</param>
internal sealed record ServerIdentity(string Name, string Address);
