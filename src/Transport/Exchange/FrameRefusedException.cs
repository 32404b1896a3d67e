using Sheaf.Training.Collectives;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport.Exchange;

/// <summary>Another silo of the generation sent what it may not send; nothing of the collective was used.</summary>
public sealed class FrameRefusedException(string silo, RefusalReason refusal, string reason) : ReductionAbortedException(reason)
{
    public string Silo { get; } = silo;

    public RefusalReason Refusal { get; } = refusal;
}
