using System.Text;

namespace Sheaf.Transport.Wire;

/// <summary>
/// The payload of <see cref="FrameType.Welcome"/> and <see cref="FrameType.Refusal"/>: the reason (i32, 0 for a welcome), then the answering silo and a
/// sentence for people, each UTF-8 after its length.
/// </summary>
internal sealed record HandshakeAnswer(RefusalReason Reason, string Silo, string Message)
{
    public bool IsWelcome => Reason == RefusalReason.None;

    public byte[] ToFrame()
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8))
        {
            writer.Write((int)Reason);
            writer.Write(Silo);
            writer.Write(Message);
        }

        var header = new FrameHeader { Type = IsWelcome ? FrameType.Welcome : FrameType.Refusal };
        return header.ToFrame(buffer.ToArray());
    }

    /// <exception cref="InvalidDataException">The payload is damaged.</exception>
    public static HandshakeAnswer Parse(byte[] payload)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(payload), Encoding.UTF8);
            return new((RefusalReason)reader.ReadInt32(), reader.ReadString(), reader.ReadString());
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"its payload is damaged: {e.Message}", e);
        }
    }
}
