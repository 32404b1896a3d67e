using Sheaf.Training.Objects;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>Reads one version of an object from front to back. A connection that breaks, or brings nothing for long, is made anew from where it was.</summary>
/// <param name="reopen">From a byte on, in a version; null: it is not there any more.</param>
internal sealed class ResumingStream(
    ResumingStream.Part first, Func<long, string, Task<ResumingStream.Part?>> reopen, ObjectStoreOptions options, TimeProvider time) : ForwardStream
{
    private Stream _content = first.Content;
    private long _position;

    public override long Length => first.Length;

    protected override long At => _position;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var breaks = 1; _position < Length && buffer.Length > 0; breaks++)
        {
            using var slow = new CancellationTokenSource(options.SilentFor, time);
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

            if (breaks >= options.MostBreaks)
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
