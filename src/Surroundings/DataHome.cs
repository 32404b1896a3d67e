namespace Sheaf.Surroundings;

/// <summary>Where experiments are kept by default: the one rule that the command line and the silo share. Pure.</summary>
public static class DataHome
{
    /// <summary>
    /// In sheaf of $XDG_DATA_HOME where that is an absolute path (the XDG base directory specification says to ignore others), else of ~/.local/share. Home is
    /// what HOME says, else what the system's list of users says.
    /// </summary>
    /// <param name="variable">An environment variable, or null.</param>
    /// <param name="account">The user's home in the system's list; null: asks the system.</param>
    /// <exception cref="FormatException">There is no home: it says what to do.</exception>
    public static string Default(Func<string, string?> variable, Func<string>? account = null)
    {
        if (variable("XDG_DATA_HOME") is { Length: > 0 } xdg && Path.IsPathFullyQualified(xdg))
        {
            return Path.Combine(xdg, "sheaf");
        }

        var home = variable("HOME") is { Length: > 0 } set ? set : (account ?? OfAccount)();
        return Path.IsPathFullyQualified(home)
            ? Path.Combine(home, ".local", "share", "sheaf")
            : throw new FormatException("There is no folder to keep experiments in: "
                + $"{(home.Length == 0 ? "the variable HOME is not set" : $"HOME is '{Printable.Of(home)}', no absolute path")}. Name one with --data "
                + "DIR.");
    }

    private static string OfAccount() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
}
