namespace Sheaf.Client.Hosting;

/// <summary>Words of a command that is printed to be copied.</summary>
internal static class ShellWord
{
    /// <summary>Quoted for a POSIX shell where it has to be.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
