using Npgsql;

namespace Sheaf.Database;

/// <summary>The silos that a cluster's database knows to be members.</summary>
internal static class SiloTable
{
    private const int Seconds = 5;

    /// <summary>The status of a member that takes calls.</summary>
    private const int Active = 3;

    /// <returns>The URL of each one's API, in the order of their names.</returns>
    public static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlConnectionStringBuilder database)
    {
        database.Timeout = Seconds;
        database.CommandTimeout = Seconds;
        database.Pooling = false;
        database.ApplicationName = "sheaf";
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("""
            SELECT silo.Grpc FROM SheafSilo silo
            JOIN OrleansMembershipTable member USING (Address, Port, Generation)
            WHERE member.Status = @active ORDER BY silo.Name
            """, connection);
        command.Parameters.AddWithValue("active", Active);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
