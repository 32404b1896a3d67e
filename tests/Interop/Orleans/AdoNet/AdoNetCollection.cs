namespace Sheaf.Tests.Interop.Orleans.AdoNet;

/// <summary>One server for all tests against the database; each uses a cluster or service of its own.</summary>
[CollectionDefinition(nameof(AdoNetCollection))]
public sealed class AdoNetCollection : ICollectionFixture<PrivatePostgres>;
