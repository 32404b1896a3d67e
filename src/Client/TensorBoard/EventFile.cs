using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;

namespace Sheaf.Client.TensorBoard;

/// <summary>
/// One event file of TensorBoard, to which scalars are appended. A file of records (tensorflow/core/lib/io/record_writer.h): length, its masked CRC-32C, an
/// <c>Event</c> (tensorflow/core/util/event.proto), its masked CRC-32C. A record that was cut short is written again. Not thread-safe.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Version = "brain.Event:2";
    private const int HeadBytes = 12, FootBytes = 4;
    private const int LargestRecord = 1 << 20;

    // Numbers of fields.
    private const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, Value = 1, Tag = 1, SimpleValue = 2;

    private readonly FileStream _file;

    private EventFile(FileStream file) => _file = file;

    /// <summary>The largest step that the file has; -1: none.</summary>
    public long LastStep { get; private set; } = -1;

    /// <summary>Makes it, or goes on with what is there.</summary>
    /// <param name="path">TensorBoard looks for names with <c>tfevents</c>.</param>
    /// <param name="created">Seconds since 1970.</param>
    public static EventFile Open(string path, double created)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var file = new EventFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
        try
        {
            file.Recover();
            if (file._file.Length == 0)
            {
                file.Write(created, null, coded =>
                {
                    coded.WriteTag(FileVersion, WireFormat.WireType.LengthDelimited);
                    coded.WriteString(Version);
                });
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends numbers of one step.</summary>
    /// <param name="wallTime">Seconds since 1970.</param>
    public void Append(double wallTime, long step, IEnumerable<(string Tag, double Value)> scalars)
    {
        Write(wallTime, step, coded =>
        {
            coded.WriteTag(Summary, WireFormat.WireType.LengthDelimited);
            coded.WriteBytes(Message(summary =>
            {
                foreach (var (tag, value) in scalars)
                {
                    summary.WriteTag(Value, WireFormat.WireType.LengthDelimited);
                    summary.WriteBytes(Message(one =>
                    {
                        one.WriteTag(Tag, WireFormat.WireType.LengthDelimited);
                        one.WriteString(tag);
                        one.WriteTag(SimpleValue, WireFormat.WireType.Fixed32);
                        one.WriteFloat((float)value);
                    }));
                }
            }));
        });
        LastStep = Math.Max(LastStep, step);
    }

    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    /// <summary>As TensorFlow masks it, so that a checksum of what has checksums in it is another one.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc = BitOperations.Crc32C(crc, each);
        }

        return unchecked(BitOperations.RotateRight(~crc, 15) + 0xA282EAD8);
    }

    private static ByteString Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var coded = new CodedOutputStream(memory, leaveOpen: true))
        {
            write(coded);
        }

        return ByteString.CopyFrom(memory.ToArray());
    }

    private void Write(double wallTime, long? step, Action<CodedOutputStream> what)
    {
        var data = Message(coded =>
        {
            coded.WriteTag(WallTime, WireFormat.WireType.Fixed64);
            coded.WriteDouble(wallTime);
            if (step is { } number)
            {
                coded.WriteTag(Step, WireFormat.WireType.Varint);
                coded.WriteInt64(number);
            }

            what(coded);
        });
        var record = new byte[HeadBytes + data.Length + FootBytes];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.Span.CopyTo(record.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeadBytes + data.Length), MaskedCrc(data.Span));
        _file.Write(record);
    }

    /// <summary>Reads what is there, and cuts off what is not whole.</summary>
    private void Recover()
    {
        var whole = 0L;
        while (Next() is { } data)
        {
            whole = _file.Position;
            LastStep = Math.Max(LastStep, StepOf(data));
        }

        _file.SetLength(whole);
        _file.Position = whole;
    }

    private byte[]? Next()
    {
        var head = new byte[HeadBytes];
        if (_file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)) != MaskedCrc(head.AsSpan(0, 8))
            || BinaryPrimitives.ReadInt64LittleEndian(head) is var length && length is < 0 or > LargestRecord)
        {
            return null;
        }

        var body = new byte[length + FootBytes];
        return _file.ReadAtLeast(body, body.Length, throwOnEndOfStream: false) == body.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan((int)length)) == MaskedCrc(body.AsSpan(0, (int)length))
            ? body[..(int)length]
            : null;
    }

    private static long StepOf(byte[] data)
    {
        var (coded, step) = (new CodedInputStream(data), -1L);
        while (coded.ReadTag() is > 0 and var tag)
        {
            if (tag == WireFormat.MakeTag(Step, WireFormat.WireType.Varint))
            {
                step = coded.ReadInt64();
            }
            else
            {
                coded.SkipLastField();
            }
        }

        return step;
    }
}
