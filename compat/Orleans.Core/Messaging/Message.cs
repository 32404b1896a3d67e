using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// A request on its way to a grain. In one process the body is the request object itself, whose arguments were copied when the call was made; between
/// processes it is to be bytes.
/// </summary>
internal sealed class Message
{
    private static long s_lastId;

    public long Id { get; } = Interlocked.Increment(ref s_lastId);

    public required GrainId TargetGrain { get; init; }

    /// <summary>Default: a caller outside of grains.</summary>
    public GrainId SendingGrain { get; init; }

    public required GrainInterfaceType InterfaceType { get; init; }

    public required IInvokable Request { get; init; }

    public InvokeMethodOptions Options { get; init; }

    public Dictionary<string, object>? RequestContext { get; init; }

    /// <summary>Null for one-way calls.</summary>
    public Callback? Callback { get; init; }

    /// <summary>How often it came to an activation that was on its way out.</summary>
    public int ForwardCount { get; set; }

    public bool IsReadOnly => (Options & InvokeMethodOptions.ReadOnly) != InvokeMethodOptions.None;

    public bool IsAlwaysInterleave => (Options & InvokeMethodOptions.AlwaysInterleave) != InvokeMethodOptions.None;

    public override string ToString() =>
        $"Request {Request.GetInterfaceName()}.{Request.GetMethodName()} #{Id} [{(SendingGrain.IsDefault ? "client" : SendingGrain.ToString())} -> {TargetGrain}]";
}
