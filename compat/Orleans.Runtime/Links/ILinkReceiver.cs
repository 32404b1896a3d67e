using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Links;

/// <summary>Takes what comes over the links. Called for one frame of a link at a time; does not throw. The reader's buffer is reused when it returns.</summary>
internal interface ILinkReceiver
{
    void Receive(SiloAddress from, FrameKind kind, WireReader reader);

    /// <summary>The request could not be sent, or not any more.</summary>
    void Undeliverable(Messaging.Message request, string reason, Exception? exception);
}
