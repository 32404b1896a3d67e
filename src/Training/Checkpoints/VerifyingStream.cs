using System.Security.Cryptography;
using Sheaf.Training.Objects;

namespace Sheaf.Training.Checkpoints;

/// <summary>Reads a checkpoint's file once and compares the very bytes that were handed out with the manifest.</summary>
internal sealed class VerifyingStream(Stream inner, string path, CheckpointFile expected, string folder) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _bytes;

    public override long Length => expected.Bytes;

    protected override long At => _bytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new CheckpointException($"'{path}' cannot be read: {exception.Message}", folder, exception) { IsAway = true };
        }

        _hash.AppendData(buffer.Span[..read]);
        _bytes += read;
        return read;
    }

    /// <summary>Reads what is left; throws where size or hash are not the manifest's.</summary>
    public async Task FinishAsync(CancellationToken cancel)
    {
        var rest = new byte[1 << 16];
        while (_bytes <= expected.Bytes && await ReadAsync(rest, cancel) > 0)
        {
        }

        if (_bytes != expected.Bytes)
        {
            var there = Math.Max(_bytes, inner.Length);
            throw new CheckpointException(
                $"'{path}' has {there} bytes, not the {expected.Bytes} of the manifest: it is {(there < expected.Bytes ? "truncated" : "longer")}.", folder);
        }

        var actual = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (actual != expected.Sha256)
        {
            throw new CheckpointException($"'{path}' was altered: its SHA-256 is {actual}, that of the manifest is {expected.Sha256}.", folder);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
