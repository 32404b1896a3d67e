using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sheaf.Silo.Storage;

/// <summary>
/// A state's file: one line of JSON (format, state, grain, version, SHA-256 of those and the body), then the state itself. What was torn or changed by
/// another hand is recognised and named.
/// </summary>
internal sealed record StateFile(string StateName, string Grain, long Version, byte[] Body)
{
    private const int Format = 1;

    /// <summary>The version and the beginning of the contents' hash, so that a state made anew after a clear has another tag unless it is the same.</summary>
    public string ETag => $"{Version}-{Hash()[..16]}";

    public byte[] ToBytes()
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new Header(Format, StateName, Grain, Version, Hash()));
        var bytes = new byte[header.Length + 1 + Body.Length];
        header.CopyTo(bytes, 0);
        bytes[header.Length] = (byte)'\n';
        Body.CopyTo(bytes, header.Length + 1);
        return bytes;
    }

    /// <exception cref="CorruptStateException">It is not what was written.</exception>
    public static StateFile Parse(string path, byte[] bytes)
    {
        var end = Array.IndexOf(bytes, (byte)'\n');
        Header? header;
        try
        {
            header = end < 0 ? null : JsonSerializer.Deserialize<Header>(bytes.AsSpan(0, end));
        }
        catch (JsonException)
        {
            header = null;
        }

        if (header?.State is null || header.Grain is null)
        {
            throw new CorruptStateException(path, "its first line is not a header");
        }

        if (header.Format != Format)
        {
            throw new CorruptStateException(path, $"it has format {header.Format}, this version reads {Format}");
        }

        var file = new StateFile(header.State, header.Grain, header.Version, bytes[(end + 1)..]);
        return file.Hash() == header.Sha256
            ? file
            : throw new CorruptStateException(path, "its contents do not have the hash in its header: it was torn or changed");
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Format}\n{StateName}\n{Grain}\n{Version}\n"));
        hash.AppendData(Body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record Header(int Format, string State, string Grain, long Version, string Sha256);
}
