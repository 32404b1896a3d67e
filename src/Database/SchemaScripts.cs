using Npgsql;

namespace Sheaf.Database;

/// <summary>The scripts of deploy/postgresql, which this program carries.</summary>
internal static class SchemaScripts
{
    /// <summary>In the order in which they are run. Running them again keeps what is stored.</summary>
    public static IReadOnlyList<string> Names { get; } = ["orleans.sql", "sheaf.sql"];

    public static string Text(string name)
    {
        using var reader = new StreamReader(typeof(SchemaScripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program."));
        return reader.ReadToEnd();
    }

    public static async Task ApplyAsync(NpgsqlConnectionStringBuilder connection)
    {
        connection.Pooling = false;
        await using var opened = new NpgsqlConnection(connection.ConnectionString);
        await opened.OpenAsync();
        foreach (var name in Names)
        {
            await using var command = new NpgsqlCommand(Text(name), opened);
            await command.ExecuteNonQueryAsync();
        }
    }
}
