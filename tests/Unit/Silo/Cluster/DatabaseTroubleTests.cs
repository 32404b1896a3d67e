using Npgsql;
using Sheaf.Silo.Cluster;

namespace Sheaf.Tests.Unit.Silo.Cluster;

public sealed class DatabaseTroubleTests
{
    public static TheoryData<Exception, string> Failures => new()
    {
        { Postgres(PostgresErrorCodes.ReadOnlySqlTransaction), "takes no writes (read-only)" },
        { Postgres(PostgresErrorCodes.TooManyConnections), "has no connection left for this silo (max_connections is too low)" },
        { Postgres(PostgresErrorCodes.DiskFull), "takes no writes (its disk is full)" },
        { Postgres(PostgresErrorCodes.InsufficientPrivilege), "refuses writes (what PostgreSQL says)" },
        { new TimeoutException("a library's words"), "does not answer" },
        { new NpgsqlException("Exception while reading from stream", new TimeoutException()), "does not answer" },
        { new NpgsqlException("Failed to connect to db:5432", new IOException("Connection refused.")), "cannot be reached (Connection refused)" },
        { new IOException("The pipe is broken"), "cannot be reached (The pipe is broken)" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Of_AnyFailure_SaysWhatItMeansAndWhatFollows(Exception failure, string meaning)
    {
        var text = DatabaseTrouble.Of(failure, "database 'runs' at db:5432");

        Assert.StartsWith($"the cluster's database 'runs' at db:5432 {meaning}; steps go on, and what must be written waits", text, StringComparison.Ordinal);
        Assert.False(text.EndsWith('.'));
    }

    private static PostgresException Postgres(string code) => new("what PostgreSQL says", "ERROR", "ERROR", code);
}
