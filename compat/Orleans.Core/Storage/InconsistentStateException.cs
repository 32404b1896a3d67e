namespace Orleans.Storage;

/// <summary>What is stored is not the version that the grain last read or wrote.</summary>
[GenerateSerializer]
public class InconsistentStateException : OrleansException
{
    public InconsistentStateException()
        : this("Unexpected exception")
    {
    }

    public InconsistentStateException(string message)
        : base(message)
    {
    }

    public InconsistentStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception storageException)
        : base(errorMsg, storageException)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : this(errorMsg)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
        : this(storageException.Message, storedEtag, currentEtag, storageException)
    {
    }

    [Id(0)]
    public string? StoredEtag { get; private set; }

    [Id(1)]
    public string? CurrentEtag { get; private set; }

    /// <summary>Thrown by the storage of the activation at hand, not received from another grain.</summary>
    internal bool IsSourceActivation { get; set; } = true;

    public override string ToString() => $"{GetType().Name}: {Message} Stored ETag: '{StoredEtag ?? "none"}', expected: '{CurrentEtag ?? "none"}'. {InnerException} {StackTrace}";
}
