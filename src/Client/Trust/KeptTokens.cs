using System.Text.Json;
using Sheaf.Client.Failures;
using Sheaf.Surroundings;

namespace Sheaf.Client.Trust;

/// <summary>
/// The tokens that `login` has kept, one a server, in tokens.json of the user's configuration folder. Nobody else may read it: a file that others could read
/// is not used.
/// </summary>
internal sealed class KeptTokens(Func<string, string?> variable)
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int LargestFile = 4 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Null: there is no home to keep them in.</summary>
    public string? Path { get; } = ConfigHome.Default(variable) is { } folder ? System.IO.Path.Combine(folder, "tokens.json") : null;

    /// <summary>How a server is known: scheme, host and port.</summary>
    public static string Key(Uri server) => server.GetLeftPart(UriPartial.Authority).ToLowerInvariant();

    /// <summary>Null: none.</summary>
    public KeptToken? Find(Uri server) => All().GetValueOrDefault(Key(server));

    /// <summary>By server.</summary>
    /// <exception cref="CliException">The file is none of ours, or others may read it.</exception>
    public SortedDictionary<string, KeptToken> All()
    {
        if (Path is null || !File.Exists(Path))
        {
            return new(StringComparer.Ordinal);
        }

        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & ~(Own | UnixFileMode.UserExecute)) != UnixFileMode.None)
            {
                throw new CliException(
                    ExitCode.BadUsage, $"{Path} could be read by others, and it has tokens in it", "it is not used", $"chmod 600 {Path}; if others are on "
                        + $"this machine, make new tokens");
            }

            return JsonSerializer.Deserialize<SortedDictionary<string, KeptToken>>(ShortFile.ReadText(Path, LargestFile), Json) is { } all
                ? new(all, StringComparer.Ordinal)
                : new(StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            // What it says of the place could be a part of a token.
            throw new CliException(ExitCode.BadUsage, $"{Path} is not what `login` writes", null, $"delete it, then log in again: rm {Path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.BadUsage, $"{Path} cannot be read", e.Message, "mend it, or delete it and log in again", e);
        }
    }

    public void Keep(Uri server, KeptToken token)
    {
        var all = All();
        all[Key(server)] = token;
        Write(all);
    }

    /// <returns>Whether there was one.</returns>
    public bool Forget(string key)
    {
        var all = All();
        if (!all.Remove(key))
        {
            return false;
        }

        Write(all);
        return true;
    }

    /// <summary>Replaced in one rename: a reader at the same time sees the old file or the new one.</summary>
    private void Write(SortedDictionary<string, KeptToken> all)
    {
        if (Path is null)
        {
            throw new CliException(
                ExitCode.BadUsage, "there is no folder to keep a token in", "neither HOME nor XDG_CONFIG_HOME is set", "set one of them, or use the "
                    + "variable SHEAF_TOKEN_FILE");
        }

        var half = $"{Path}.{Environment.ProcessId}.part";
        try
        {
            var folder = System.IO.Path.GetDirectoryName(Path)!;
            var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, Own | UnixFileMode.UserExecute);
                how.UnixCreateMode = Own;
            }

            File.Delete(half);
            using (var file = new FileStream(half, how))
            {
                JsonSerializer.Serialize(file, all, Json);
            }

            File.Move(half, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.BadUsage, $"{Path} cannot be written", e.Message, "mend it, or use the variable SHEAF_TOKEN_FILE", e);
        }
    }
}
