namespace Sheaf.Training.Objects;

/// <summary>A stream that is only read, asynchronously, from front to back: all that it cannot do is refused here, as the contract of a stream asks.</summary>
public abstract class ForwardStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Position
    {
        get => At;
        set => throw Refused();
    }

    /// <summary>Bytes that were read.</summary>
    protected abstract long At { get; }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw Refused();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw Refused();

    public override void SetLength(long value) => throw Refused();

    public override void Write(byte[] buffer, int offset, int count) => throw Refused();

    private NotSupportedException Refused() => new($"{GetType().Name} is read asynchronously, from front to back.");
}
