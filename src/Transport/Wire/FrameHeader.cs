using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sheaf.Transport.Wire;

/// <summary>
/// The wire format of the data plane: every frame is this header, little-endian, and then <see cref="Length"/> bytes of payload.
/// <code>
/// byte  0  u32  magic "SHF1"; another version of the format has another one
///       4  u8   type (FrameType)
///       5  u8   kind of the collective (CollectiveKind); Part and Total
///       6  u16  sender: its place among the plan's members, which are in the order of their silos; Part and Total
///       8  i64  generation
///      16  i64  sequence of the collective in its generation; of a ping, which its pong repeats
///      24  i64  step
///      32  i32  first shard of the part
///      36  i32  shards of the part
///      40  i32  chunk within the owner's segment; of a state, within its stream
///      44  i32  length of the payload in bytes
///      48  u64  XXH3-64 of the payload
///      56  u64  XXH3-64 of bytes 0 to 55
/// </code>
/// Fields that a type does not use are zero. The payload of Part and Total is floats; that of Hello and its answers is <see cref="Handshake"/>'s; that of
/// Goodbye is UTF-8. A connection between two silos of one generation carries, in both directions at once and for each collective: every chunk of the
/// receiver's segment, in order and for each of the sender's parts in order (Part), and every chunk of the sender's segment, in order (Total); the two
/// sequences may be interleaved in any way. <see cref="Exchange.PeerLayout"/> says what a segment and a chunk are.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct FrameHeader
{
    public const int Size = 64;
    public const uint KnownMagic = 0x31464853;
    private const int Covered = 56;

    [FieldOffset(0)] public uint Magic;
    [FieldOffset(4)] public FrameType Type;
    [FieldOffset(5)] public byte Kind;
    [FieldOffset(6)] public ushort Sender;
    [FieldOffset(8)] public long Generation;
    [FieldOffset(16)] public long Sequence;
    [FieldOffset(24)] public long Step;
    [FieldOffset(32)] public int FirstShard;
    [FieldOffset(36)] public int Shards;
    [FieldOffset(40)] public int Chunk;
    [FieldOffset(44)] public int Length;
    [FieldOffset(48)] public ulong PayloadChecksum;
    [FieldOffset(56)] public ulong HeaderChecksum;

    public readonly bool IsIntact => Magic == KnownMagic && HeaderChecksum == Checksum();

    /// <summary>Writes magic, length and both checksums.</summary>
    public void Seal(ReadOnlySpan<byte> payload)
    {
        (Magic, Length) = (KnownMagic, payload.Length);
        PayloadChecksum = ChecksumOf(payload);
        HeaderChecksum = Checksum();
    }

    /// <summary>A copy with the checksum of what the header says, right or wrong.</summary>
    public readonly FrameHeader Sealed() => this with { HeaderChecksum = Checksum() };

    /// <summary>The whole of a short frame as bytes.</summary>
    public byte[] ToFrame(ReadOnlySpan<byte> payload)
    {
        Seal(payload);
        var frame = new byte[Size + payload.Length];
        MemoryMarshal.Write(frame, in this);
        payload.CopyTo(frame.AsSpan(Size));
        return frame;
    }

    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<FrameHeader>(bytes);

    public static ulong ChecksumOf(ReadOnlySpan<byte> payload) => XxHash3.HashToUInt64(payload);

    private readonly ulong Checksum() =>
        XxHash3.HashToUInt64(MemoryMarshal.CreateReadOnlySpan(in Unsafe.As<FrameHeader, byte>(ref Unsafe.AsRef(in this)), Covered));
}
