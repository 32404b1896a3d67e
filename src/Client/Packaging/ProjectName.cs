namespace Sheaf.Client.Packaging;

/// <summary>The names that a new project has: <c>my-model</c> is its folder, <c>MyModel</c> its namespace.</summary>
internal sealed record ProjectName(string Folder, string Namespace)
{
    /// <summary>What a folder may be called.</summary>
    public const string Allowed = "a letter, then letters, digits, - and _, 63 characters at most";

    /// <summary>Of the last part of a path; null: it gives no name.</summary>
    public static ProjectName? Of(string path)
    {
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (folder.Length is 0 or > 63 || !char.IsAsciiLetter(folder[0]) || !folder.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return null;
        }

        var words = folder.Split('-', '_').Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]);
        return new(folder, string.Concat(words));
    }
}
