using Npgsql;
using Orleans.Serialization;
using Sheaf.Api.Cluster;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Api;

public sealed class ExceptionTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ExceptionOfTheDatabasesDriver_IsKnownAsThatWhereItArrives()
    {
        await using var silo = await TestSilo.Start(_folder);
        var serializer = silo.Service<Serializer>();
        Exception[] thrown =
        [
            new PostgresException("sorry, too many clients already", "FATAL", "FATAL", "53300"),
            new InvalidOperationException("outer", new NpgsqlException("Exception while connecting")),
        ];
        foreach (var exception in thrown)
        {
            var arrived = serializer.Deserialize<Exception>(serializer.SerializeToArray(exception));
            Assert.NotNull(arrived);
            Assert.True(StoreFailure.IsCauseOf(arrived), arrived.ToString());
            Assert.Contains(exception.Message, arrived.Message, StringComparison.Ordinal);
        }
    }
}
