using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sheaf.Surroundings.Options;

namespace Sheaf.Api.Options;

/// <summary>A server's options for people: the help, the table of the documentation, and those that are in force. Pure.</summary>
internal static class OptionPages
{
    private const int Column = 34;
    private const int Width = 150;

    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line or more for each option, under the headings.</summary>
    public static string Help(OptionTable table)
    {
        var text = new StringBuilder();
        foreach (var group in table.Entries.GroupBy(entry => entry.Heading))
        {
            text.Append('\n').Append(group.Key).Append(":\n");
            foreach (var entry in group)
            {
                var name = $"  {entry.Option} {ValueOf(entry)}".TrimEnd();
                text.Append(name.Length < Column - 1 ? name.PadRight(Column) : $"{name}\n{new string(' ', Column)}");
                Wrap(text, Sentence(table, entry));
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Tables in Markdown of some of them, one a heading; and the orders of all.</summary>
    public static string Markdown(OptionTable table, IEnumerable<OptionEntry> entries)
    {
        var text = new StringBuilder();
        foreach (var group in entries.GroupBy(entry => entry.Heading))
        {
            text.Append("### ").Append(group.Key).Append("\n| option | default | allowed | |\n|---|---|---|---|\n");
            foreach (var entry in group)
            {
                text.Append("| `").Append(entry.Option).Append("` | ").Append(Cell(DefaultOf(table, entry))).Append(" | ").Append(Cell(AllowedOf(entry)))
                    .Append(" | ").Append(Cell(entry.Says.Meaning)).Append(" |\n");
            }

            text.Append('\n');
        }

        if (table.Orders.Count > 0)
        {
            text.Append("Of these options one must be less than another; a server that is told otherwise says so and does not start:\n\n");
            foreach (var order in table.Orders)
            {
                text.Append("- `").Append(order.Lesser.Option).Append("` ").Append(order.Words).Append(" `").Append(order.Greater.Option).Append("`: ")
                    .Append(order.Because).Append(".\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Those in force, as a file of options; a password is not in it.</summary>
    public static string InForce(OptionTable table, object options)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Json))
        {
            json.WriteStartObject();
            foreach (var group in table.Entries.GroupBy(entry => entry.Prefix))
            {
                if (group.Key.Length > 0)
                {
                    json.WriteStartObject(group.Key);
                }

                foreach (var entry in group)
                {
                    Write(json, entry, OptionText.Show(entry, entry.Of(options)));
                }

                if (group.Key.Length > 0)
                {
                    json.WriteEndObject();
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Those that are not as they are by default, for the log; empty: all are.</summary>
    public static string Changed(OptionTable table, object options) => string.Join(
        ", ",
        from entry in table.Entries
        let value = OptionText.Show(entry, entry.Of(options))
        where value is not null && value != OptionText.Show(entry, table.Default(entry))
        select $"{entry.Name} {value}");

    private static void Write(Utf8JsonWriter json, OptionEntry entry, string? shown)
    {
        var name = entry.Key[(entry.Key.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (shown is null)
        {
            json.WriteNull(name);
        }
        else if (entry.IsFlag)
        {
            json.WriteBoolean(name, shown == "true");
        }
        else
        {
            json.WriteString(name, shown);
        }
    }

    private static string Sentence(OptionTable table, OptionEntry entry)
    {
        var usual = DefaultOf(table, entry);
        var range = RangeOf(entry);
        var more = string.Join("; ", new[] { usual.Length > 0 ? $"default {usual}" : "", range }.Where(part => part.Length > 0));
        return more.Length > 0 ? $"{entry.Says.Meaning} ({more})" : entry.Says.Meaning;
    }

    private static string DefaultOf(OptionTable table, OptionEntry entry) => entry.Says.Default
        ?? (entry.IsFlag ? "" : OptionText.Show(entry, table.Default(entry)) ?? "");

    private static string RangeOf(OptionEntry entry) => entry.Says.Least is { } least && entry.Says.Most is { } most ? $"{least} to {most}" : "";

    private static string AllowedOf(OptionEntry entry) => RangeOf(entry) is { Length: > 0 } range ? range : ValueOf(entry);

    private static string ValueOf(OptionEntry entry) => entry.Says.Value ?? entry.Says.Kind switch
    {
        _ when entry.IsFlag => "",
        OptionKind.Folder => "DIR",
        OptionKind.FolderOrNone => "DIR|none",
        OptionKind.File or OptionKind.NewFile => "FILE",
        OptionKind.EndPoint or OptionKind.ReachableEndPoint => "IP:PORT",
        OptionKind.Port => "PORT",
        OptionKind.Name => "NAME",
        OptionKind.Label => "ID",
        OptionKind.Devices => "cpu:N|cuda:N",
        OptionKind.Connection => "CONNECTION",
        OptionKind.Authority => "URL",
        OptionKind.ProcessId => "PID",
        OptionKind.Permission => "allow|deny",
        OptionKind.Mebibytes => "MIB",
        _ when OptionText.TypeOf(entry) == typeof(TimeSpan) => "TIME",
        _ when OptionText.TypeOf(entry) == typeof(string) => "TEXT",
        _ => "N",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static void Wrap(StringBuilder text, string sentence)
    {
        var at = Column;
        foreach (var word in sentence.Split(' '))
        {
            if (at + word.Length > Width)
            {
                text.Length--;
                text.Append('\n').Append(' ', Column);
                at = Column;
            }

            text.Append(word).Append(' ');
            at += word.Length + 1;
        }

        text.Length--;
        text.Append('\n');
    }
}
