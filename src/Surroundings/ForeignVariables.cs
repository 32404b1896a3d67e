namespace Sheaf.Surroundings;

/// <summary>Environment variables that a library would heed although they are set for other programs.</summary>
public static class ForeignVariables
{
    /// <summary>
    /// What the driver of PostgreSQL takes from the environment beside the connection string, and what would silently change a session: its options, encoding,
    /// time zone, and the kind of server that it accepts. Passwords and certificates (PGPASSWORD, PGPASSFILE, PGSSLCERT, PGSSLKEY, PGSSLROOTCERT) are left:
    /// they can only let somebody in.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = ["PGOPTIONS", "PGCLIENTENCODING", "PGTZ", "PGTARGETSESSIONATTRS", "PGSSLNEGOTIATION", "PGGSSENCMODE"];

    /// <summary>Takes them out of this process, before a library reads them.</summary>
    public static void Clear()
    {
        foreach (var name in Names)
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }
}
