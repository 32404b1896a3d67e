using Sheaf.Training.Objects;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>Reads one version of an object from front to back. A connection that breaks, or brings nothing for long, is made anew from where it was.</summary>
/// <param name="reopen">From a byte on, in a version; null: it is not there any more.</param>
internal sealed class ResumingStream(ResumingStream.Part first, Func<long, string, Task<ResumingStream.Part?>> reopen, TimeProvider time) : Stream
{
    /// <summary>A connection that brings nothing for so long is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Breaks one after the other, without a byte between them.</summary>
    private const int MostBreaks = 3;

    private Stream _content = first.Content;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => first.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var breaks = 1; _position < Length && buffer.Length > 0; breaks++)
        {
            using var slow = new CancellationTokenSource(Patience, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, slow.Token);
            Exception? cause = null;
            try
            {
                var read = await _content.ReadAsync(buffer, stop.Token);
                if (read > 0)
                {
                    _position += read;
                    return read;
                }
            }
            catch (Exception e) when (S3Failures.Is(e, cancellationToken))
            {
                cause = e;
            }

            if (breaks >= MostBreaks)
            {
                throw new ObjectStoreException($"the connection broke {breaks} times after {_position} of {Length} bytes.", cause);
            }

            await _content.DisposeAsync();
            var next = await reopen(_position, first.Version)
                ?? throw new ObjectStoreException($"the object was replaced or deleted while it was read, after {_position} of {Length} bytes.", cause);
            _content = next.Content;
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <param name="Length">Of the whole object.</param>
    /// <param name="Version">Its ETag.</param>
    public sealed record Part(Stream Content, long Length, string Version);
}
