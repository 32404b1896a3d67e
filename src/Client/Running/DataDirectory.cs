namespace Sheaf.Client.Running;

/// <summary>Where `run` keeps its experiments, like a silo that is started without --data.</summary>
internal static class DataDirectory
{
    public static string Default(Func<string, string?> variable)
    {
        if (variable("XDG_DATA_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg))
        {
            return Path.Combine(xdg, "sheaf");
        }

        var home = variable("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(home, ".local", "share", "sheaf");
    }
}
