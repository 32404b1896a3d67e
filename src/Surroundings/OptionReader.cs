namespace Sheaf.Surroundings;

/// <summary>Splits a server's command line into options, each with its value. Pure.</summary>
public static class OptionReader
{
    /// <param name="arguments">Each option as NAME VALUE or NAME=VALUE; of one that is given twice, the last counts.</param>
    /// <param name="options">Those that there are.</param>
    /// <param name="flags">Those that have no value; theirs is empty.</param>
    /// <exception cref="FormatException">Says which one is none, or has no value.</exception>
    public static IReadOnlyDictionary<string, string> Read(IReadOnlyList<string> arguments, IReadOnlyList<string> options, params IReadOnlyList<string> flags)
    {
        var all = options.Concat(flags).ToArray();
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var key, var text] ? (key, text) : (arguments[i], null);
            if (!all.Contains(name))
            {
                var near = NearestName.Find(name, all);
                throw new FormatException($"{Printable.Short(name, 80)} is no "
                    + $"option{(near is null ? "" : $"; did you mean {near}?")}{(near is null ? "; " : " ")}--help lists them all.");
            }

            value ??= flags.Contains(name) ? ""
                : i + 1 < arguments.Count && !all.Contains(arguments[i + 1]) ? arguments[++i]
                : throw new FormatException($"{name} needs a value; --help says which.");
            given[name] = value;
        }

        return given;
    }
}
