namespace Orleans;

public interface IGrainState<T>
{
    T State { get; set; }

    /// <summary>The version that was last read or written; null when there is none.</summary>
    string? ETag { get; set; }

    bool RecordExists { get; set; }
}
