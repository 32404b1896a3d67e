using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Sheaf.Client.Failures;
using Sheaf.Client.Terminal;
using Sheaf.Surroundings;

namespace Sheaf.Client.Commands;

/// <summary>Says what is wrong with a command line, and what may have been meant.</summary>
internal static class UsageErrors
{
    public static CliException Explain(ParseResult parsed, string sheaf)
    {
        var command = parsed.CommandResult.Command;
        var path = Path(command, sheaf);
        var unknown = Arguments(parsed).Where(IsOption).Concat(parsed.UnmatchedTokens).ToList();
        if (unknown.Find(IsOption) is { } option)
        {
            var near = NearestName.Find(option, Options(command).SelectMany(o => o.Aliases.Append(o.Name)));
            return Usage($"`{path}` has no option {option}", null, near is null ? null : $"did you mean {near}?", path);
        }

        if (unknown.Count > 0 && command.Subcommands.Count > 0)
        {
            var near = NearestName.Find(unknown[0], command.Subcommands.Select(c => c.Name));
            var known = string.Join(", ", command.Subcommands.Select(c => c.Name));
            return Usage(
                $"there is no verb '{unknown[0]}'",
                near is null ? $"the verbs are {known}" : null,
                near is null ? null : $"did you mean `{path} {near}`?",
                path);
        }

        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            return Usage($"`{path}` needs one of its verbs", null, $"it has {string.Join(", ", command.Subcommands.Select(c => c.Name))}", path);
        }

        var messages = parsed.Errors.Select(Words).Where(m => m.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return Usage(messages[0], string.Join('\n', messages.Skip(1)), null, path);
    }

    /// <summary>The library takes an unknown option for an argument where the command has room for one.</summary>
    public static bool HasUnknownOption(ParseResult parsed) => Arguments(parsed).Any(IsOption);

    /// <summary>No option or argument has a use for a text of no characters: a variable of a script was not set.</summary>
    /// <exception cref="CliException">Names the first one.</exception>
    public static void DemandNoEmptyValue(ParseResult parsed, string sheaf)
    {
        var given = parsed.CommandResult.Children.Concat(parsed.RootCommandResult.Children);
        if (given.FirstOrDefault(each => each is not CommandResult && each.Tokens.Any(token => token.Value.Length == 0)) is { } empty)
        {
            var (name, takes) = empty is OptionResult { Option: var option }
                ? (option.Name, option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant())
                : ($"the argument {((ArgumentResult)empty).Argument.Name}", ((ArgumentResult)empty).Argument.Name);
            throw Usage($"{name} is empty; it takes {takes}", "a variable that is not set, in a script, has no characters", null,
                Path(parsed.CommandResult.Command, sheaf));
        }
    }

    /// <summary>The library names the type of .NET that a text is not of.</summary>
    private static string Words(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Option: var option, Tokens: [var token] })
        {
            return error.Message;
        }

        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        var most = type == typeof(int) ? int.MaxValue : type == typeof(long) ? long.MaxValue : 0;
        var isNumber = long.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number <= most && number >= -most;
        return most == 0 || isNumber
            ? error.Message
            : $"{option.Name} is '{Printable.Short(token.Value, 80)}'; it takes a whole number of at most {Format.Count(most)}";
    }

    private static IEnumerable<string> Arguments(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);

    private static CliException Usage(string what, string? why, string? todo, string path) =>
        new(ExitCode.BadUsage, what, why, (todo is null ? "" : todo + "\n") + $"how to call it: {path} --help");

    private static bool IsOption(string token) => token.Length > 1 && token[0] == '-' && !char.IsAsciiDigit(token[1]);

    private static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(Options).Where(o => o.Recursive));

    private static string Path(Command command, string sheaf) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent, sheaf)} {command.Name}" : sheaf;
}
