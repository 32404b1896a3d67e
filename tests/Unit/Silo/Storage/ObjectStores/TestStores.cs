namespace Sheaf.Tests.Unit.Silo.Storage.ObjectStores;

/// <summary>The buckets of a store, with credentials of a test.</summary>
internal static class TestStores
{
    public static Sheaf.Silo.Storage.ObjectStores.Buckets At(Uri endpoint) => new(
        new(endpoint, _ => null) { Limits = new() { Retries = 1 }, Credentials = new Amazon.Runtime.BasicAWSCredentials("tester", "a-secret-of-the-test") },
        TimeProvider.System);
}
