using Sheaf.Transport.Wire;

namespace Sheaf.Transport.StateTransfer;

/// <summary>A state could not be fetched from another silo. Nothing of it is used.</summary>
public sealed class StateTransferException(string silo, RefusalReason refusal, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Silo { get; } = silo;

    /// <summary><see cref="RefusalReason.NoState"/>: the silo does not have it; <see cref="RefusalReason.None"/>: the connection broke.</summary>
    public RefusalReason Refusal { get; } = refusal;
}
