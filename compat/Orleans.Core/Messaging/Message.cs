using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// A request on its way to a grain. In one process the body is the request object itself, whose arguments were copied when the call was made; between
/// silos it is bytes, made by <see cref="MessageCodec"/>, and what arrives has a <see cref="SendingSilo"/>.
/// </summary>
internal sealed class Message
{
    private static long s_lastId;

    /// <summary>Unique among the messages of the silo that made it.</summary>
    public long Id { get; init; } = Interlocked.Increment(ref s_lastId);

    /// <summary>Where the caller is; null in the caller's own process.</summary>
    public SiloAddress? SendingSilo { get; init; }

    /// <summary>The silo to which it was last sent; null while it is looked for, and in this process.</summary>
    public SiloAddress? TargetSilo { get; set; }

    /// <summary>The sender has placed a grain that is active nowhere on the receiving silo.</summary>
    public bool IsPlacedHere { get; set; }

    /// <summary>Longest time that the caller waits, as far as it is known.</summary>
    public TimeSpan Timeout { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>A timestamp of the messaging clock after which nobody waits any more; 0: never. Only for what another silo has sent.</summary>
    public long Expiry { get; init; }

    public required GrainId TargetGrain { get; init; }

    /// <summary>Default: a caller outside of grains.</summary>
    public GrainId SendingGrain { get; init; }

    public required GrainInterfaceType InterfaceType { get; init; }

    public required IInvokable Request { get; init; }

    public InvokeMethodOptions Options { get; init; }

    public Dictionary<string, object>? RequestContext { get; init; }

    /// <summary>Null for one-way calls.</summary>
    public Callback? Callback { get; init; }

    /// <summary>How often it was sent on by a silo that did not have the grain.</summary>
    public int ForwardCount { get; set; }

    /// <summary>How often it came, on this silo, to an activation that was on its way out.</summary>
    public int BounceCount { get; set; }

    public bool IsOneWay => (Options & InvokeMethodOptions.OneWay) != InvokeMethodOptions.None;

    /// <summary>Somebody waits for the response, here or on another silo.</summary>
    public bool ExpectsResponse => Callback is not null || (SendingSilo is not null && !IsOneWay);

    public bool IsReadOnly => (Options & InvokeMethodOptions.ReadOnly) != InvokeMethodOptions.None;

    public bool IsAlwaysInterleave => (Options & InvokeMethodOptions.AlwaysInterleave) != InvokeMethodOptions.None;

    public override string ToString() =>
        $"Request {Request.GetInterfaceName()}.{Request.GetMethodName()} #{Id} [{(SendingGrain.IsDefault ? "client" : SendingGrain.ToString())} -> {TargetGrain}]";
}
