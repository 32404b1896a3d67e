using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sheaf.Client.Terminal;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Client.Failures;

/// <summary>Prints a <see cref="CliException"/>: as one block for a person, and as one JSON line for a script.</summary>
internal static partial class ErrorReport
{
    /// <summary>A token that was put where it does not belong, the command line for example, is not repeated: what a command prints is kept by many.</summary>
    [GeneratedRegex(@"sheaf_[A-Za-z0-9_-]{20,}", RegexOptions.None, 1000)]
    private static partial Regex Token();

    public static void WriteText(TextWriter error, CliException failure, Ink ink)
    {
        foreach (var violation in failure.Violations)
        {
            error.WriteLine(Printable.Of(Line(failure.File, violation)));
        }

        error.WriteLine($"{ink.Bad("error:")} {Printable.Lines(Hide(failure.Message))}");
        WritePart(error, "why", failure.Why);
        WritePart(error, "do", failure.Todo);
    }

    public static void WriteJson(TextWriter output, CliException failure) => JsonLine.Write(output, "error", json =>
    {
        json.WriteNumber("exit_code", failure.ExitCode);
        json.WriteString("message", Hide(failure.Message));
        json.WriteString("why", Hide(failure.Why));
        json.WriteString("do", Hide(failure.Todo));
        if (failure.Violations.Count > 0)
        {
            WriteViolations(json, failure.File, failure.Violations);
        }
    });

    public static void WriteViolations(Utf8JsonWriter json, string? file, IReadOnlyList<Violation> violations) =>
        json.Objects("violations", violations, violation =>
        {
            json.WriteString("file", file);
            json.WriteNumber("line", violation.Line);
            json.WriteNumber("column", violation.Column);
            json.WriteString("key", violation.Key);
            json.WriteString("message", violation.Message);
        });

    /// <summary>file:line:column: key: message, which editors and terminals make clickable; parts that are unknown are left out.</summary>
    public static string Line(string? file, Violation violation)
    {
        var place = (file, violation.Line) switch
        {
            (null, 0) => "",
            (null, _) => $"{violation.Line}:{violation.Column}: ",
            (_, 0) => $"{file}: ",
            _ => $"{file}:{violation.Line}:{violation.Column}: ",
        };
        return violation.Key.Length == 0 ? place + violation.Message : $"{place}{violation.Key}: {violation.Message}";
    }

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Hide(string? text) => text is null ? null : Token().Replace(text, "sheaf_...");

    private static void WritePart(TextWriter error, string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        var label = $"  {name}:".PadRight(8);
        var lines = Printable.Lines(Hide(text)).Split('\n');
        error.WriteLine(label + lines[0]);
        foreach (var line in lines.Skip(1))
        {
            error.WriteLine(new string(' ', label.Length) + line);
        }
    }
}
