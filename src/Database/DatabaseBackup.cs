using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Sheaf.Database;

/// <summary>What a cluster's database keeps, as files of a folder: a file a table, as PostgreSQL's COPY writes it, and one that lists them.</summary>
internal static class DatabaseBackup
{
    private const string Contents = "database.json";

    /// <summary>Which silos there are is of the moment, and the schema makes the other tables.</summary>
    private static readonly string[] Tables = ["OrleansStorage", "SheafCluster"];

    /// <summary>All tables as they were at one moment; silos may go on.</summary>
    /// <returns>A line for a person.</returns>
    public static async Task<string> WriteAsync(NpgsqlConnectionStringBuilder database, string folder)
    {
        await using var connection = await OpenAsync(database);
        await using var moment = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var tables = new List<Table>();
        foreach (var name in Tables)
        {
            var columns = await ColumnsAsync(connection, name);
            var path = Path.Combine(folder, name + ".copy");
            await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY {name} ({columns}) TO STDOUT (FORMAT binary)"))
            await using (var file = new FileStream(path, FileMode.CreateNew))
            {
                await copy.CopyToAsync(file);
                file.Flush(flushToDisk: true);
            }

            tables.Add(new(name, columns, await CountAsync(connection, name), await HashAsync(path)));
        }

        var text = JsonSerializer.Serialize(new Backup("sheaf-backup-1", await VersionAsync(connection), tables));
        await File.WriteAllTextAsync(Path.Combine(folder, Contents), text, Encoding.UTF8);
        return $"{tables.Sum(table => table.Rows)} rows of {tables.Count} tables";
    }

    /// <summary>Puts a backup into a database in which nothing is; makes the tables where they are missing. All of it or nothing.</summary>
    /// <exception cref="NotEmptyException">Something is there, or the folder has no whole backup of this version.</exception>
    public static async Task<string> ReadAsync(NpgsqlConnectionStringBuilder database, string folder)
    {
        var backup = await LookAsync(folder);
        await SchemaScripts.ApplyAsync(database);
        await using var connection = await OpenAsync(database);
        var version = await VersionAsync(connection);
        if (backup.Schema != version)
        {
            throw new NotEmptyException($"the backup is of version {backup.Schema} of the tables, and this program makes version {version}");
        }

        await using var all = await connection.BeginTransactionAsync();
        foreach (var name in (string[])["OrleansMembershipTable", "SheafSilo", .. Tables])
        {
            // Nobody writes between this look and the end.
            await ExecuteAsync(connection, $"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE");
            if (await CountAsync(connection, name) is > 0 and var rows)
            {
                throw new NotEmptyException($"the database is not empty: {name} has {rows} rows");
            }
        }

        foreach (var table in backup.Tables)
        {
            await using var file = File.OpenRead(Path.Combine(folder, table.Name + ".copy"));
            await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {table.Name} ({table.Columns}) FROM STDIN (FORMAT binary)");
            await file.CopyToAsync(copy);
        }

        await all.CommitAsync();
        return $"{backup.Tables.Sum(table => table.Rows)} rows of {backup.Tables.Count} tables";
    }

    /// <summary>What the folder holds, every byte of it looked at.</summary>
    private static async Task<Backup> LookAsync(string folder)
    {
        Backup? backup;
        try
        {
            backup = JsonSerializer.Deserialize<Backup>(await File.ReadAllTextAsync(Path.Combine(folder, Contents)));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new NotEmptyException($"{folder} holds no whole backup: {e.Message}");
        }

        if (backup is not { Format: "sheaf-backup-1" } || !backup.Tables.Select(table => table.Name).SequenceEqual(Tables)
            || backup.Tables.Any(table => table.Columns.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not (',' or ' ' or '"' or '_'))))
        {
            throw new NotEmptyException($"{folder} holds no backup that this version reads");
        }

        foreach (var table in backup.Tables)
        {
            var path = Path.Combine(folder, table.Name + ".copy");
            if (!File.Exists(path) || await HashAsync(path) != table.Sha256)
            {
                throw new NotEmptyException($"{path} is missing or was altered");
            }
        }

        return backup;
    }

    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlConnectionStringBuilder database)
    {
        database.Pooling = false;
        database.CommandTimeout = 0;
        database.ApplicationName = "sheaf";
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<string> ColumnsAsync(NpgsqlConnection connection, string table) => (string)(await ScalarAsync(
        connection,
        $"""
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = '{table.ToLowerInvariant()}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        """))!;

    private static async Task<long> CountAsync(NpgsqlConnection connection, string table) =>
        (long)(await ScalarAsync(connection, $"SELECT count(*) FROM {table}"))!;

    private static async Task<int> VersionAsync(NpgsqlConnection connection) => (int)(await ScalarAsync(connection, "SELECT Version FROM SheafSchema"))!;

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }

    private sealed record Backup(string Format, int Schema, IReadOnlyList<Table> Tables);

    /// <param name="Columns">In the order of the file, as SQL.</param>
    private sealed record Table(string Name, string Columns, long Rows, string Sha256);
}
