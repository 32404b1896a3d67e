namespace Sheaf.Silo.Cluster;

/// <summary>What the scripts of deploy/postgresql make.</summary>
internal static class ClusterSchema
{
    /// <summary>That this program works with; the same number stands in deploy/postgresql/sheaf.sql.</summary>
    public const int Version = 1;

    /// <summary>In lower case, as PostgreSQL stores names without quotes.</summary>
    public static IReadOnlyList<string> Tables { get; } =
        ["orleansquery", "orleansmembershiptable", "orleansmembershipversiontable", "orleansstorage", "sheafschema", "sheafcluster", "sheafsilo"];

    public const string HowToApply =
        "Run the scripts deploy/postgresql/orleans.sql and deploy/postgresql/sheaf.sql, which keep what is stored: "
            + "./sheaf cluster schema --cluster CONNECTION, "
        + "or psql \"$CONNECTION\" -v ON_ERROR_STOP=1 -f deploy/postgresql/orleans.sql -f deploy/postgresql/sheaf.sql";
}
