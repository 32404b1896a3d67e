using System.CommandLine;
using Sheaf.Surroundings;

namespace Sheaf.Api.Options;

/// <summary>A server's command line: options alone, each as NAME VALUE or NAME=VALUE. Pure.</summary>
internal static class ServerArguments
{
    /// <param name="names">Of all options, each with whether it must have a value.</param>
    /// <param name="problems">Gets a sentence for each argument that is no option, and for each option that lacks its value.</param>
    /// <returns>The values of those that were given; null: it has none. Of one that is given twice the last value counts.</returns>
    public static IReadOnlyDictionary<string, string?> Read(
        IReadOnlyList<string> arguments, IReadOnlyList<(string Name, bool NeedsValue)> names, ICollection<string> problems)
    {
        var command = new Command("server") { TreatUnmatchedTokensAsErrors = false };
        var options = new List<Option<string[]>>();
        foreach (var (name, _) in names)
        {
            // An option that must have an argument would take the next option for it.
            options.Add(new(name) { Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false });
            command.Options.Add(options[^1]);
        }

        var parsed = command.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        foreach (var unknown in Unknown(arguments, parsed.UnmatchedTokens))
        {
            var near = NearestName.Find(unknown, names.Select(each => each.Name));
            problems.Add($"{Printable.Short(unknown, 80)} is no option{(near is null ? "; " : $"; did you mean {near}? ")}--help lists them all.");
        }

        var given = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (option, (_, needsValue)) in options.Zip(names))
        {
            if (parsed.GetResult(option) is { Implicit: false } result)
            {
                given[option.Name] = result.Tokens is [.., var last] ? last.Value : null;
                if (given[option.Name] is null && needsValue)
                {
                    problems.Add($"{option.Name} needs a value; --help says which.");
                }
            }
        }

        return given;
    }

    /// <summary>What stands behind an unknown option is most likely its value.</summary>
    private static IEnumerable<string> Unknown(IReadOnlyList<string> arguments, IReadOnlyList<string> unmatched)
    {
        for (var place = 0; place < arguments.Count; place++)
        {
            if (unmatched.Contains(arguments[place]) && (place == 0 || arguments[place].StartsWith('-') || !unmatched.Contains(arguments[place - 1])))
            {
                yield return arguments[place].Split('=', 2)[0];
            }
        }
    }
}
