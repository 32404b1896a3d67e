using Microsoft.Extensions.Logging;
using Orleans.Runtime.Links;
using Orleans.Runtime.MembershipService;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Messaging;

/// <summary>Takes apart what other silos send. Thread-safe.</summary>
internal sealed class LinkReceiver(
    ClusterMessageCenter center, PendingCalls pending, GrainLocator locator, MessageCodec codec, MembershipGossip gossip, Farewell farewell, ILogger<LinkReceiver> logger) : ILinkReceiver
{
    public void Receive(SiloAddress from, FrameKind kind, WireReader reader)
    {
        try
        {
            switch (kind)
            {
                case FrameKind.Request:
                    ReceiveRequest(codec.ReadRequest(reader), reader);
                    break;
                case FrameKind.Response:
                    ReceiveResponse(reader);
                    break;
                case FrameKind.Cancel:
                    var cancelled = reader.ReadUnmanaged<long>();
                    center.CancelReceived(SiloAddress.FromParsableString(reader.ReadString()), cancelled);
                    break;
                case FrameKind.Redirect:
                    var redirected = reader.ReadUnmanaged<long>();
                    center.Redirected(redirected, GrainId.Parse(reader.ReadString()), SiloAddress.FromParsableString(reader.ReadString()));
                    break;
                case FrameKind.Gossip:
                    gossip.Heard(reader.ReadUnmanaged<long>());
                    break;
                case FrameKind.Locate:
                    var question = reader.ReadUnmanaged<long>();
                    locator.Asked(from, question, GrainId.Parse(reader.ReadString()));
                    break;
                case FrameKind.Located:
                    var answered = reader.ReadUnmanaged<long>();
                    locator.Answered(from, answered, reader.ReadByte() != 0);
                    break;
                case FrameKind.Farewell:
                    center.Leaving(from);
                    farewell.Heard(from, reader.ReadUnmanaged<long>());
                    break;
                case FrameKind.FarewellHeard:
                    farewell.Answered(from, reader);
                    break;
                default:
                    logger.LogError("{From} has sent a frame of the unknown kind {Kind}; it is ignored.", from, kind);
                    break;
            }
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "A frame of kind {Kind} from {From} could not be read; it is ignored.", kind, from);
        }
    }

    public void Undeliverable(Message request, string reason, Exception? exception)
    {
        // Its cause is not part of the rejection: it need not be an exception that can be sent on.
        var cause = exception is null ? "" : $" ({exception.Message})";
        center.Respond(request, Response.FromException(new OrleansMessageRejectionException($"{request} could not be sent to {request.TargetSilo}: {reason}{cause}. Whether the silo is dead is not known yet.")));
    }

    private void ReceiveRequest(RequestHeader header, WireReader reader)
    {
        Message message;
        try
        {
            message = codec.ReadBody(reader, header);
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "A request for {Grain} from {Sender} could not be read.", header.TargetGrain, header.SendingSilo);
            if (!header.IsOneWay)
            {
                center.Respond(header.SendingSilo, header.Id, Response.FromException(exception));
            }

            return;
        }

        center.Receive(message);
    }

    private void ReceiveResponse(WireReader reader)
    {
        if (pending.Find(reader.ReadUnmanaged<long>()) is not { } callback)
        {
            // Its caller has given up.
            return;
        }

        Response response;
        try
        {
            response = codec.ReadResponse(reader);
        }
        catch (Exception exception)
        {
            response = Response.FromException(exception);
        }

        pending.Complete(callback, response);
    }
}
