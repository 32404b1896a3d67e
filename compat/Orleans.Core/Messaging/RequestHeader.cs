using Orleans.CodeGeneration;

namespace Orleans.Runtime.Messaging;

/// <summary>What comes before a request's body on the wire. A timeout of -1 ms: nobody waits, or for ever.</summary>
internal readonly record struct RequestHeader(
    long Id,
    SiloAddress SendingSilo,
    GrainId TargetGrain,
    GrainId SendingGrain,
    GrainInterfaceType InterfaceType,
    InvokeMethodOptions Options,
    int ForwardCount,
    bool IsPlacedHere,
    TimeSpan Timeout)
{
    public bool IsOneWay => (Options & InvokeMethodOptions.OneWay) != InvokeMethodOptions.None;
}
