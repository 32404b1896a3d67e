using System.Collections.Frozen;
using System.Text;
using Sheaf.Surroundings;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>
/// Reads a tokens file: a line a token, "NAME ROLE sha256:HASH", with blanks between; what begins with # is a comment. Several tokens may have one name, so
/// that a new one can be given out before the old one goes. Pure.
/// </summary>
internal static class TokensText
{
    private const int LongestName = 64;

    private static readonly int HashLength = ApiToken.HashPrefix.Length + 64;

    /// <summary>By hash.</summary>
    /// <exception cref="FormatException">All that is wrong, a sentence a line of the file. No hash is repeated: it may be a token that somebody put
    /// there.</exception>
    public static FrozenDictionary<string, KnownToken> Parse(string file, byte[] content)
    {
        var known = new Dictionary<string, KnownToken>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var (index, whole) in Encoding.UTF8.GetString(content).Split('\n').Index())
        {
            var line = whole.Trim();
            if (line.Length > 0 && line[0] != '#' && Problem(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries), known) is { } problem)
            {
                problems.Add($"line {index + 1}: {problem}");
            }
        }

        if (known.Count == 0 && problems.Count == 0)
        {
            problems.Add("it has no token, so that nobody could call; sheaf token create makes one");
        }

        return problems.Count == 0
            ? known.ToFrozenDictionary(StringComparer.Ordinal)
            : throw new FormatException($"--tokens {Printable.Of(file)}: {string.Join("; ", problems)}.");
    }

    private static string? Problem(string[] parts, Dictionary<string, KnownToken> known)
    {
        if (parts.Length != 3)
        {
            return "expected NAME ROLE sha256:HASH, as sheaf token create prints it";
        }

        var (name, hash) = (parts[0], parts[2].ToLowerInvariant());
        if (parts.Any(ApiToken.IsOne))
        {
            return "it has a token itself in it, which whoever saw the file knows now: make another one, and write only its hash here";
        }

        if (name.Length > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@'))
        {
            return $"the name '{Printable.Short(name, 80)}' is none: expected 1 to {LongestName} letters, digits, '-', '_', '.' and '@'";
        }

        if (RoleNames.Find(parts[1]) is not { } role)
        {
            return $"'{Printable.Short(parts[1], 40)}' is no role: expected {string.Join(", ", RoleNames.All)}";
        }

        if (hash.Length != HashLength || !hash.StartsWith(ApiToken.HashPrefix, StringComparison.Ordinal)
            || !hash[ApiToken.HashPrefix.Length..].All(char.IsAsciiHexDigit))
        {
            return $"of '{name}' the third part is no hash: expected {ApiToken.HashPrefix} and 64 hexadecimal digits";
        }

        return known.TryAdd(hash, new(name, role)) ? null : $"the token of '{name}' stands in an earlier line too";
    }
}
