namespace Sheaf.Tests.Parity.Postgres;

[CollectionDefinition(nameof(DatabaseCollection))]
public sealed class DatabaseCollection : ICollectionFixture<Database>;
