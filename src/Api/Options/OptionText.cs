using System.Globalization;
using Sheaf.Api.Cluster;
using Sheaf.Surroundings;
using Sheaf.Surroundings.Options;

namespace Sheaf.Api.Options;

/// <summary>Option values as text: reads, checks and shows them. Pure.</summary>
internal static class OptionText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
        [("ms", new(TimeSpan.TicksPerMillisecond)), ("s", new(TimeSpan.TicksPerSecond)), ("m", new(TimeSpan.TicksPerMinute)),
            ("h", new(TimeSpan.TicksPerHour)), ("d", new(TimeSpan.TicksPerDay))];

    /// <param name="source">How the message calls it: --listen, SHEAF__LISTEN, or "listen in FILE".</param>
    /// <exception cref="FormatException">Names the source, the value and what is allowed.</exception>
    public static object Read(OptionEntry entry, string source, string text) => entry.Says.Kind switch
    {
        OptionKind.EndPoint => Kept(text, Endpoints.Parse(source, text)),
        OptionKind.ReachableEndPoint => Kept(text, Endpoints.ParseReachable(source, text)),
        OptionKind.Devices => Kept(text, DeviceOffer.Parse(text)),
        _ => Value(entry, text) ?? throw new FormatException($"{source} '{Printable.Short(text, 80)}': {Allowed(entry)}."),
    };

    /// <summary>Half a sentence: "expected ...".</summary>
    public static string Allowed(OptionEntry entry) => entry.Says.Kind switch
    {
        OptionKind.Label => "expected 1 to 150 characters",
        OptionKind.Name => "expected 1 to 100 letters, digits, '-', '_' and '.', not beginning with '.', such as silo-1",
        OptionKind.Folder => "expected a directory",
        OptionKind.FolderOrNone => "expected a directory, or none",
        OptionKind.File or OptionKind.NewFile => "expected a file",
        OptionKind.Port => "expected a port from 0 (a free one) to 65535",
        OptionKind.Connection => "expected a connection string, such as \"Host=db;Username=sheaf;Database=sheaf\"",
        OptionKind.Authority => "expected the https URL of a provider of OpenID Connect, such as https://login.example.com/realms/team",
        OptionKind.ProcessId => "expected a process id",
        OptionKind.Permission => "expected allow or deny",
        OptionKind.LogFormat => "expected text or json",
        OptionKind.LogLevel => "expected information or debug",
        OptionKind.Mebibytes => $"expected a number of MiB from {entry.Says.Least} to {entry.Says.Most}",
        _ when TypeOf(entry) == typeof(TimeSpan) => $"expected a time from {entry.Says.Least} to {entry.Says.Most}, such as 30s, 500ms or 30 (seconds)",
        _ when TypeOf(entry) == typeof(bool) => "expected true or false",
        _ when TypeOf(entry) == typeof(double) => $"expected a number from {entry.Says.Least} to {entry.Says.Most}",
        _ => $"expected a whole number from {entry.Says.Least} to {entry.Says.Most}",
    };

    /// <summary>As an operator would write it; of a connection string what may be shown. Null: it is not set.</summary>
    public static string? Show(OptionEntry entry, object? value) => value switch
    {
        null => null,
        TimeSpan time => Show(time),
        bool allowed when entry.Says.Kind == OptionKind.Permission => allowed ? "allow" : "deny",
        bool flag => flag ? "true" : "false",
        long bytes when entry.Says.Kind == OptionKind.Mebibytes => (bytes >> 20).ToString(CultureInfo.InvariantCulture),
        "" when entry.Says.Kind == OptionKind.FolderOrNone => "none",
        string connection when entry.Says.Kind == OptionKind.Connection => ConnectionText.Show(ConnectionText.Parse(connection)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>In the largest unit in which it is a whole number.</summary>
    public static string Show(TimeSpan time)
    {
        var (unit, length) = Units.Last(each => each.Unit == "ms" || (time.Ticks % each.Length.Ticks == 0 && time >= each.Length));
        return string.Create(CultureInfo.InvariantCulture, $"{time / length:0.###}{unit}");
    }

    /// <summary>A number with a unit, or of seconds. Null: it is none.</summary>
    public static TimeSpan? Time(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var unit = text[digits..].Trim();
        var length = Array.Find(Units, each => each.Unit == (unit.Length == 0 ? "s" : unit)).Length;
        return length > TimeSpan.Zero && Number(text[..digits]) is { } count && count * length.Ticks < long.MaxValue ? count * length : null;
    }

    private static object? Value(OptionEntry entry, string text) => entry.Says.Kind switch
    {
        OptionKind.Label => text.Length is > 0 and <= 150 && !text.Any(char.IsControl) ? text : null,
        OptionKind.Name => IsName(text) ? text : null,
        OptionKind.Folder => IsPath(text) ? text : null,
        OptionKind.FolderOrNone => text == "none" ? "" : IsPath(text) ? text : null,
        OptionKind.File => IsPath(text) && text[^1] != '/' ? text : null,
        OptionKind.NewFile => IsPath(text) && text[^1] != '/' && !Directory.Exists(text) ? text : null,
        OptionKind.Port => Whole(text, 0, ushort.MaxValue) is { } port ? (int)port : null,
        OptionKind.Connection => text.Trim().Length > 0 ? text : null,
        OptionKind.Authority => IsAuthority(text) ? text : null,
        OptionKind.ProcessId => Whole(text, 1, int.MaxValue) is { } pid ? (int)pid : null,
        OptionKind.Permission => text switch { "allow" => true, "deny" => false, _ => null },
        OptionKind.LogFormat => text is "text" or "json" ? text : null,
        OptionKind.LogLevel => text is "information" or "debug" ? text : null,
        OptionKind.Mebibytes => Whole(text, Limit(entry.Says.Least), Limit(entry.Says.Most)) is { } size ? size << 20 : null,
        _ when TypeOf(entry) == typeof(string) => text,
        _ when TypeOf(entry) == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
        _ when TypeOf(entry) == typeof(TimeSpan) => Time(text) is { } time && time >= Time(entry.Says.Least!) && time <= Time(entry.Says.Most!) ? time : null,
        _ when TypeOf(entry) == typeof(double) => Number(text) is { } number && number >= Number(entry.Says.Least!) && number <= Number(entry.Says.Most!)
            ? number
            : null,
        _ when TypeOf(entry) == typeof(long) => Whole(text, Limit(entry.Says.Least), Limit(entry.Says.Most)) is { } whole ? whole : null,
        _ => Whole(text, Limit(entry.Says.Least), Limit(entry.Says.Most)) is { } whole ? (int)whole : null,
    };

    public static Type TypeOf(OptionEntry entry) => Nullable.GetUnderlyingType(entry.Property.PropertyType) ?? entry.Property.PropertyType;

    private static string Kept(string text, object read) => read is null ? "" : text;

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 100 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static bool IsAuthority(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));

    private static bool IsPath(string text) => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal);

    private static long Limit(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);

    private static long? Whole(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
