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

    /// <summary>As Orleans hands on what its storage threw while a grain was made.</summary>
    [Fact]
    public void Text_OfWhatOrleansRepeatsWithItsStackTrace_IsTheStoresOwnLine()
    {
        var store = new PostgresException("too many connections for role \"few\"", "FATAL", "FATAL", "53300", detail: "a detail");
        var around = new OrleansException($"Error from storage provider x.experiment during ReadStateAsync\n\n Exc level 0: {store}\n   at Npgsql.X()", store);

        Assert.Equal("53300: too many connections for role \"few\"", FailureText.Of(StoreFailure.CauseOf(new AggregateException(around))!));
        Assert.Equal("53300: too many connections for role \"few\"", FailureText.Of(around));
        Assert.Equal("two\nlines", FailureText.Of(new OrleansException("x", new InvalidOperationException("two\nlines"))));
    }

    private static PostgresException Postgres(string code) => new("what PostgreSQL says", "ERROR", "ERROR", code);

    /// <summary>What Orleans makes of an exception whose library the caller does not have.</summary>
    private static Exception OfAnotherSilo(string type)
    {
        var exception = new UnavailableExceptionFallbackException();
        typeof(UnavailableExceptionFallbackException).GetProperty(nameof(exception.ExceptionType))!.SetValue(exception, type);
        return exception;
    }
}
