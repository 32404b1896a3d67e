using Sheaf.Client.Failures;
using Sheaf.Surroundings;

namespace Sheaf.Client.Running;

/// <summary>Where `run` and `cluster up` keep what they keep, by the rule that a silo has too.</summary>
internal static class DataDirectory
{
    /// <summary>The directory of --data, absolute, or the default one.</summary>
    /// <exception cref="CliException">It cannot be one, or there is no default.</exception>
    public static string Of(string? option, Func<string, string?> variable)
    {
        try
        {
            return option is null
                ? DataHome.Default(variable)
                : option.Length > 0 && !option.Contains('\0', StringComparison.Ordinal)
                    ? Path.GetFullPath(option)
                    : throw new FormatException($"--data '{Printable.Of(option)}': expected a directory.");
        }
        catch (FormatException none)
        {
            throw new CliException(ExitCode.BadUsage, none.Message.TrimEnd('.'), null, "name a directory with --data DIR", none);
        }
    }

    /// <summary>Null: there is no home to put it in.</summary>
    public static string? Default(Func<string, string?> variable)
    {
        try
        {
            return DataHome.Default(variable);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
