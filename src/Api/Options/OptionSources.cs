using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Sheaf.Surroundings;

namespace Sheaf.Api.Options;

/// <summary>
/// Where a server's options come from. What is said on the command line counts before variables, these before the file that <see cref="FileOption"/> names,
/// and that before the defaults. Pure but for the file.
/// </summary>
/// <param name="aliases">Variables of other names, each with the option that it sets; <c>SHEAF__...</c> count before them.</param>
internal sealed class OptionSources(OptionTable table, IReadOnlyDictionary<string, string> aliases)
{
    private const int LargestFile = 1 << 20;
    public const string FileOption = "--options";
    public const string FileVariable = OptionEntry.VariablePrefix + "OPTIONS";

    /// <param name="arguments">Each option as NAME VALUE or NAME=VALUE; of one that is given twice, the last counts.</param>
    /// <param name="variables">All of the process.</param>
    /// <param name="problems">Gets a sentence for each option that is none, or has no value.</param>
    /// <returns>Of each option that was given what counts.</returns>
    public IReadOnlyList<GivenOption> Read(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, ICollection<string> problems)
    {
        var told = OfArguments(arguments, problems, out var file);
        var set = OfVariables(variables, problems);
        file ??= variables.GetValueOrDefault(FileVariable);
        var written = string.IsNullOrEmpty(file) ? [] : OfFile(file, problems);
        return [.. told.Concat(set).Concat(written).DistinctBy(given => given.Entry)];
    }

    private IReadOnlyList<GivenOption> OfArguments(IReadOnlyList<string> arguments, ICollection<string> problems, out string? file)
    {
        var given = ServerArguments.Read(arguments, [.. table.Entries.Select(entry => (entry.Option, !entry.IsFlag)), (FileOption, true)], problems);
        file = given.GetValueOrDefault(FileOption);
        return [.. from entry in table.Entries
                   where given.ContainsKey(entry.Option)
                   let text = given[entry.Option] ?? (entry.IsFlag ? "true" : null)
                   where text is not null
                   select new GivenOption(entry, text, entry.Option)];
    }

    private IEnumerable<GivenOption> OfVariables(IReadOnlyDictionary<string, string> variables, ICollection<string> problems)
    {
        var given = new List<GivenOption>();
        foreach (var (name, text) in variables.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(OptionEntry.VariablePrefix, StringComparison.OrdinalIgnoreCase)
                || name.Equals(FileVariable, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (OfKey(name[OptionEntry.VariablePrefix.Length..].Replace("__", ":", StringComparison.Ordinal)) is { } entry)
            {
                given.Add(new(entry, text, name));
            }
            else
            {
                problems.Add(Unknown(name, "is no option's variable", table.Entries.Select(each => each.Variable).Append(FileVariable)));
            }
        }

        return given.Concat(
            from alias in aliases
            where variables.GetValueOrDefault(alias.Key) is { Length: > 0 }
            select new GivenOption(table.Find(alias.Value)!, variables[alias.Key], alias.Key));
    }

    private IReadOnlyList<GivenOption> OfFile(string path, ICollection<string> problems)
    {
        var given = new List<GivenOption>();
        try
        {
            // A pipe, or a device, may have no end.
            using var file = FileKind.Other(path) is { } kind
                ? throw new IOException($"it is {kind}, no regular file")
                : new MemoryStream(ShortFile.Read(path, LargestFile));
            var keys = new ConfigurationBuilder().AddJsonStream(file).Build().AsEnumerable();
            foreach (var (key, text) in keys.Where(each => each.Value is not null).OrderBy(each => each.Key, StringComparer.Ordinal))
            {
                if (OfKey(key) is { } entry)
                {
                    given.Add(new(entry, text!, $"{entry.Key} in {Printable.Of(path)}"));
                }
                else
                {
                    var shown = $"{Printable.Short(key, 80)} in {Printable.Of(path)}";
                    problems.Add(Unknown(shown, "is no option", table.Entries.Select(each => each.Key), key));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException or InvalidDataException
            or JsonException)
        {
            problems.Add($"{FileOption} {Printable.Of(path)}: {Printable.Of((e.InnerException ?? e).Message.TrimEnd('.'))}.");
        }

        return given;
    }

    /// <summary>Case and the signs between words do not count.</summary>
    private OptionEntry? OfKey(string key) => table.Entries.FirstOrDefault(entry => Plain(entry.Key) == Plain(key));

    private static string Plain(string key) => new([.. key.Where(c => c is not ('-' or '_')).Select(char.ToLowerInvariant)]);

    private static string Unknown(string shown, string what, IEnumerable<string> names, string? typed = null)
    {
        var near = NearestName.Find(typed ?? shown, names);
        return $"{Printable.Short(shown, 160)} {what}{(near is null ? "; " : $"; did you mean {near}? ")}--help lists them all.";
    }
}
