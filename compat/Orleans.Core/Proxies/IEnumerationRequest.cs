using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Proxies;

/// <summary>A request of the extension through which streams are read: what has to go to another silo to make it again there.</summary>
internal interface IEnumerationRequest
{
    Type? ElementType { get; }

    Guid EnumerationId { get; }

    /// <summary>The call that makes the stream.</summary>
    IInvokable? Inner { get; }
}
