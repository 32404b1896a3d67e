using System.Text;

namespace Sheaf.Transport.Wire;

/// <summary>
/// What a dialer says first (payload of <see cref="FrameType.Hello"/>): purpose (u8), digest of the plan (u64), then cluster, its own silo, the silo that it
/// wants to reach and the experiment as UTF-8, each after its length in bytes (LEB128). The generation is in the frame's header.
/// </summary>
internal sealed record Handshake(
    HandshakePurpose Purpose, string Cluster, string From, string To, string Experiment = "", long Generation = 0, ulong Digest = 0)
{
    /// <summary>No handshake is longer, with its header.</summary>
    public const int MostBytes = 2048;

    public byte[] ToFrame()
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8))
        {
            writer.Write((byte)Purpose);
            writer.Write(Digest);
            writer.Write(Cluster);
            writer.Write(From);
            writer.Write(To);
            writer.Write(Experiment);
        }

        var header = new FrameHeader { Type = FrameType.Hello, Generation = Generation };
        var frame = header.ToFrame(buffer.ToArray());
        return frame.Length <= MostBytes
            ? frame
            : throw new ArgumentException(
                $"The handshake of silo {From} with {To} (cluster '{Cluster}', experiment '{Experiment}') has {frame.Length} bytes; {MostBytes} are allowed.");
    }

    /// <exception cref="InvalidDataException">The payload is damaged.</exception>
    public static Handshake Parse(FrameHeader header, byte[] payload)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(payload), Encoding.UTF8);
            var (purpose, digest) = ((HandshakePurpose)reader.ReadByte(), reader.ReadUInt64());
            return new(purpose, reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(), header.Generation, digest);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"its payload is damaged: {e.Message}", e);
        }
    }
}
