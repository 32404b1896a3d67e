using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Messaging;

/// <summary>Brings requests to activations and responses back. Thread-safe.</summary>
internal interface IMessageCenter
{
    void Send(Message message);

    void Respond(Message request, Response response);

    /// <summary>Tells the callee of a call that its caller no longer waits.</summary>
    void Cancel(Message request);
}
