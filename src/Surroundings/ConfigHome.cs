namespace Sheaf.Surroundings;

/// <summary>Where what a user has set is kept: the rule of the XDG base directory specification, as for <see cref="DataHome"/>. Pure.</summary>
public static class ConfigHome
{
    /// <summary>sheaf in $XDG_CONFIG_HOME where that is an absolute path, else in ~/.config.</summary>
    /// <param name="variable">An environment variable, or null.</param>
    /// <returns>Null: there is no home.</returns>
    public static string? Default(Func<string, string?> variable)
    {
        if (variable("XDG_CONFIG_HOME") is { Length: > 0 } xdg && Path.IsPathFullyQualified(xdg))
        {
            return Path.Combine(xdg, "sheaf");
        }

        return variable("HOME") is { Length: > 0 } home && Path.IsPathFullyQualified(home) ? Path.Combine(home, ".config", "sheaf") : null;
    }
}
