using Sheaf.Training.Collectives;

namespace Sheaf.Transport.Exchange;

/// <summary>
/// The connection to another silo of the generation closed without a goodbye: its process is gone, or it gave up in the middle of a frame. Not a proof of
/// death: <see cref="DataPlane.Lost"/> is nearer to one.
/// </summary>
public sealed class PeerLostException(string silo, string reason, Exception? inner = null) : ReductionAbortedException(reason, inner)
{
    public string Silo { get; } = silo;
}
