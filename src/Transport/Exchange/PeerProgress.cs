using Sheaf.Training.Collectives;

namespace Sheaf.Transport.Exchange;

/// <summary>How far the frames to and from one peer are in the collective that runs, and the room for its parts of the own segment.</summary>
internal sealed unsafe class PeerProgress
{
    public int SentChunk { get; set; }

    public int SentPart { get; set; }

    public int SentTotal { get; set; }

    public int CameChunk { get; set; }

    public int CamePart { get; set; }

    public int CameTotal { get; set; }

    public NativeBuffer? Slots { get; private set; }

    public float* SlotStart { get; private set; }

    public void Begin(int floats)
    {
        (SentChunk, SentPart, SentTotal, CameChunk, CamePart, CameTotal) = (0, 0, 0, 0, 0, 0);
        if (Slots is null || Slots.Length < floats)
        {
            ((IDisposable?)Slots)?.Dispose();
            Slots = new(floats);
            SlotStart = (float*)Slots.Pin().Pointer;
        }
    }
}
