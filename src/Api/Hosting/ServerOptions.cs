using System.Globalization;
using Sheaf.Surroundings;

namespace Sheaf.Api.Hosting;

/// <summary>Values that the command lines of a silo and of a gateway have in common. Every one is checked before anything starts. Pure.</summary>
internal static class ServerOptions
{
    /// <summary>
    /// The cluster's connection string where the command line has none: a command line is seen by every user of the machine, and it may hold a password.
    /// </summary>
    public const string ClusterVariable = "SHEAF_CLUSTER";

    /// <exception cref="FormatException">Names the option, and what is allowed.</exception>
    public static string Connection(string text) => text.Trim().Length > 0
        ? text
        : throw Bad("--cluster", text, "expected a connection string, such as \"Host=db;Username=sheaf;Database=sheaf\"");

    /// <summary>A name is a folder's name too, and a key in the database.</summary>
    /// <inheritdoc cref="Connection"/>
    public static string Name(string name) =>
        name.Length is > 0 and <= 100 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? name
        : throw new FormatException(
            $"--name '{Printable.Short(name, 80)}': expected 1 to 100 letters, digits, '-', '_' and '.', not beginning with '.', such as silo-1.");

    /// <inheritdoc cref="Connection"/>
    public static string ClusterId(string text) =>
        text.Length is > 0 and <= 150 && !text.Any(char.IsControl) ? text : throw Bad("--cluster-id", text, "expected 1 to 150 characters");

    /// <inheritdoc cref="Connection"/>
    public static TimeSpan Seconds(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw Bad(option, text, "expected whole seconds from 1 to 3600");

    /// <inheritdoc cref="Connection"/>
    public static int Port(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw Bad(option, text, "expected a port from 0 (a free one) to 65535");

    /// <inheritdoc cref="Connection"/>
    public static string Folder(string option, string path) => path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal)
        ? path
        : throw Bad(option, path, "expected a directory");

    /// <inheritdoc cref="Connection"/>
    public static string Announce(string path) =>
        path.Length > 0 && path[^1] != '/' && !path.Contains('\0', StringComparison.Ordinal) && !Directory.Exists(path)
            ? path
            : throw Bad("--announce", path, "expected a file");

    public static FormatException Bad(string option, string value, string allowed) => new($"{option} '{Printable.Short(value, 80)}': {allowed}.");
}
