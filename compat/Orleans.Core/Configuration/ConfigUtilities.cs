using System.Data.Common;

namespace Orleans.Runtime.Configuration;

public static class ConfigUtilities
{
    /// <summary>The connection string without its secrets, for a log.</summary>
    public static string RedactConnectionStringInfo(string connectionString)
    {
        DbConnectionStringBuilder builder;
        try
        {
            builder = new DbConnectionStringBuilder { ConnectionString = connectionString };
        }
        catch (ArgumentException)
        {
            return "<not a connection string>";
        }

        foreach (string key in builder.Keys)
        {
            if (key.Contains("password", StringComparison.OrdinalIgnoreCase) || key.Contains("pwd", StringComparison.OrdinalIgnoreCase)
                || key.Contains("key", StringComparison.OrdinalIgnoreCase) || key.Contains("passphrase", StringComparison.OrdinalIgnoreCase))
            {
                builder[key] = "<redacted>";
            }
        }

        return builder.ConnectionString;
    }
}
