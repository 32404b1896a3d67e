using System.Security.Cryptography;
using System.Text;

namespace Sheaf.Training.Data;

/// <summary>
/// Copies of remote files on this machine, in a folder: <c>SHA256</c> is a file with that content, <c>urls/SHA256-OF-A-URL</c> says which it had last. This
/// class only reads the folder; the silo that fetches files writes it. Thread-safe.
/// </summary>
/// <param name="Root">Absolute; need not exist.</param>
public sealed record RemoteFiles(string Root)
{
    public string FileOf(string sha256) => Path.Combine(Root, sha256);

    /// <summary>Two lines: the SHA-256 of the content, and by what the server knows it.</summary>
    public string NoteOf(string url) => Path.Combine(Root, "urls", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url))));

    /// <summary>The content that a URL had when it was fetched last; null: it was not.</summary>
    public (string Sha256, string Version)? Known(string url)
    {
        try
        {
            return File.ReadAllLines(NoteOf(url)) is [var sha256, var version, ..] ? (sha256, version) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Where the content of a URL is on this machine.</summary>
    /// <param name="recorded">Which content it must be; null: what it had last.</param>
    /// <returns>Null: it is not.</returns>
    public string? Find(string url, DataFacts? recorded)
    {
        var sha256 = recorded is null ? Known(url)?.Sha256 : recorded.Files.FirstOrDefault(file => file.Path == url)?.Sha256;
        return sha256 is not null && File.Exists(FileOf(sha256)) ? FileOf(sha256) : null;
    }
}
