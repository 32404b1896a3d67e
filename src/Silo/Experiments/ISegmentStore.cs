namespace Sheaf.Silo.Experiments;

/// <summary>Where a ledger's segments are kept. Remembers the ETag of each segment that it has read or written until it is dropped.</summary>
public interface ISegmentStore
{
    /// <summary>An empty one where there is none yet.</summary>
    Task<StepSegment> Read(long index);

    /// <summary>Writes a segment that was read or written before.</summary>
    Task Write(long index, StepSegment segment);

    /// <summary>Writes a segment of which the store should have nothing. False: it has something, and keeps it.</summary>
    Task<bool> TryAdd(long index, StepSegment segment);

    /// <summary>Forgets what is known of the segment, so that it is read anew when it is needed again.</summary>
    void Drop(long index);
}
