using System.Collections;

namespace Sheaf.Api.Options;

/// <summary>What the options of a silo and of a gateway have in common. Pure but for <see cref="Variables"/>.</summary>
internal static class ServerOptions
{
    /// <summary>For the help: where options come from.</summary>
    public const string Sources = """
        An option is said on the command line (--name VALUE), by a variable (SHEAF__NAME; SHEAF__GROUP__NAME for --group-name), or in a JSON file
        ({"name": VALUE, "group": {"name": VALUE}}) that --options FILE names; what comes first here counts. A time is 500ms, 30s, 10m, 1h or a number of
        seconds. Unknown names are refused, and all that is wrong is said at once.
        """;

    /// <summary>All of this process.</summary>
    public static IReadOnlyDictionary<string, string> Variables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(each => (string)each.Key, each => (string?)each.Value ?? "", StringComparer.Ordinal);

    /// <summary>Null where it fails for what an operator said; the sentence is among the problems then.</summary>
    public static T? Try<T>(Func<T> get, ICollection<string> problems)
    {
        try
        {
            return get();
        }
        catch (FormatException e)
        {
            problems.Add(e.Message);
            return default;
        }
    }
}
