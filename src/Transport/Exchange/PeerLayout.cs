namespace Sheaf.Transport.Exchange;

/// <summary>
/// How one vector is cut: a short one travels whole, from everyone to everyone, and everyone sums it (one trip instead of two); of a longer one every member
/// owns a segment, which is cut into chunks. A pure function of the length and the number of members, and part of the wire format.
/// </summary>
internal sealed class PeerLayout
{
    /// <summary>Of the cut; in the plan's digest, so that silos with another cut refuse each other.</summary>
    public const string Version = "layout 1";

    /// <summary>Up to this length a vector travels whole.</summary>
    public const int DirectFloats = 16 * 1024;

    /// <summary>256 KiB: sender and receiver touch a chunk several times while it is in their second-level cache.</summary>
    public const int LargestChunk = 64 * 1024;

    private const int SmallestChunk = 8 * 1024;

    /// <summary>Segments begin at multiples of a cache line.</summary>
    private const int Alignment = 16;

    private readonly int _members;

    public PeerLayout(int length, int members)
    {
        (Length, _members) = (length, members);
        IsDirect = length <= DirectFloats || members == 1;
        var longest = Enumerable.Range(0, members).Max(SegmentLength);

        // At least four chunks where they do not become tiny: while one is added the next one arrives.
        var quarter = ((longest / 4) + SmallestChunk - 1) / SmallestChunk * SmallestChunk;
        ChunkFloats = IsDirect ? Math.Max(length, 1) : Math.Clamp(quarter, SmallestChunk, LargestChunk);
    }

    public int Length { get; }

    public bool IsDirect { get; }

    public int ChunkFloats { get; }

    /// <summary>Where the segment that <paramref name="member"/> sums begins.</summary>
    public int SegmentStart(int member) => IsDirect ? 0 : BoundOf(member);

    public int SegmentLength(int member) => IsDirect ? Length : BoundOf(member + 1) - BoundOf(member);

    /// <summary>Chunks of the segment. Even an empty vector has one, so that every collective is a meeting.</summary>
    public int Chunks(int member) => IsDirect ? 1 : (SegmentLength(member) + ChunkFloats - 1) / ChunkFloats;

    /// <summary>Where a chunk begins in the vector, and its length.</summary>
    public (int Start, int Count) Chunk(int member, int chunk)
    {
        var offset = chunk * ChunkFloats;
        return (SegmentStart(member) + offset, Math.Min(ChunkFloats, SegmentLength(member) - offset));
    }

    private int BoundOf(int member) => member == _members ? Length : (int)((long)Length * member / _members) / Alignment * Alignment;
}
