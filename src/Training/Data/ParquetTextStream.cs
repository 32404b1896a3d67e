using System.Text;
using Parquet;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Data;

/// <summary>Groups of rows as text, each made when it is read. Owns the reader.</summary>
/// <param name="make">The text of a group.</param>
/// <param name="report">Is told where a group cannot be read; the text ends there.</param>
internal sealed class ParquetTextStream(ParquetReader reader, Func<int, Task<MemoryStream>> make, Action<string> report) : Stream
{
    private MemoryStream _text = new();
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What comes before the first group.</summary>
    public void Begin(string text) => _text = new(new UTF8Encoding(false).GetBytes(text));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        for (; ; )
        {
            if (_text.Read(buffer) is > 0 and var read)
            {
                return read;
            }

            if (buffer.IsEmpty || _next >= reader.RowGroupCount)
            {
                return 0;
            }

            try
            {
                // The file is in memory: nothing waits.
                _text = make(_next++).GetAwaiter().GetResult();
                _text.Position = 0;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                report($"cannot be read as Parquet: {Causes.Of(e)}");
                _next = int.MaxValue;
                return 0;
            }
        }
    }

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
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }
}
