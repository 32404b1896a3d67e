using Npgsql;
using Orleans.Serialization;
using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;

namespace Sheaf.Tests.Unit.Api.Cluster;

public sealed class StoreFailureTests
{
    public static TheoryData<Exception, bool> Causes => new()
    {
        { new StateStoreException("x"), true },
        { new NpgsqlException("x"), true },
        { Postgres(PostgresErrorCodes.DiskFull), true },
        { new InvalidOperationException("x", new AggregateException(new NpgsqlException("y"))), true },
        { OfAnotherSilo("Npgsql.PostgresException, Npgsql"), true },
        { OfAnotherSilo("System.Net.Http.HttpRequestException"), false },
        { new TimeoutException("x"), false },
        { new InvalidOperationException("x", new IOException("y")), false },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void IsCauseOf_EnsureFailuresOfTheStoreAreKnownThroughWhatIsAroundThem(Exception failure, bool isCause) =>
        Assert.Equal(isCause, StoreFailure.IsCauseOf(failure));

    private static PostgresException Postgres(string code) => new("what PostgreSQL says", "ERROR", "ERROR", code);

    /// <summary>What Orleans makes of an exception whose library the caller does not have.</summary>
    private static Exception OfAnotherSilo(string type)
    {
        var exception = new UnavailableExceptionFallbackException();
        typeof(UnavailableExceptionFallbackException).GetProperty(nameof(exception.ExceptionType))!.SetValue(exception, type);
        return exception;
    }
}
