namespace Sheaf.Transport.Wire;

/// <summary>What came over a connection is refused.</summary>
internal sealed class BadFrameException(RefusalReason reason, string message) : Exception(message)
{
    public RefusalReason Reason { get; } = reason;
}
