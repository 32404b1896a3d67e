using System.Collections.Frozen;
using Sheaf.Surroundings;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>The callers' tokens, of which only hashes are known here; the file is read again when it changes. Thread-safe.</summary>
internal sealed class TokensFile
{
    private const UnixFileMode ForeignWriters = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly ReloadedFiles<FrozenDictionary<string, KnownToken>> _file;

    /// <exception cref="FormatException">It cannot be used, or others may write to it.</exception>
    public TokensFile(string path, TimeProvider time, TimeSpan every, Action<string>? told = null) =>
        _file = new(
            [("--tokens", path)],
            contents =>
            {
                DemandOwn(path);
                return TokensText.Parse(path, contents[0]);
            },
            time, every, told);

    public string? Problem => _file.Problem;

    /// <summary>Null: the token is none of these.</summary>
    public KnownToken? Find(string token) => _file.Current.GetValueOrDefault(ApiToken.Hash(token));

    /// <summary>A user who may write to it can give himself a role. To read it does no harm: hashes of random tokens tell nothing.</summary>
    private static void DemandOwn(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ForeignWriters) != UnixFileMode.None)
        {
            throw new FormatException($"--tokens {Printable.Of(path)}: others than its owner may write to it, and so give themselves a role: chmod go-w it.");
        }
    }
}
