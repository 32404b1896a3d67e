using Microsoft.Extensions.Logging;
using Orleans.Runtime.Messaging;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace Orleans.Runtime.Activations;

/// <summary>A request in an activation's queue.</summary>
internal sealed class RequestItem(Message message, SiloServices.Shared shared) : WorkItem
{
    private const string ReentrancyHeader = "#CCR";

    public Message Message { get; } = message;

    public override bool IsAlwaysInterleave => Message.IsAlwaysInterleave;

    public override bool IsReadOnly => Message.IsReadOnly;

    public override Guid ReentrancyId =>
        Message.RequestContext is { } values && values.TryGetValue(ReentrancyHeader, out var id) && id is Guid guid ? guid : Guid.Empty;

    public override async Task Run(Activation activation)
    {
        if (Message.Expiry != 0 && shared.MessagingTime.GetTimestamp() > Message.Expiry)
        {
            // Its caller has had a TimeoutException; this only ends what is kept of it.
            Reject(new TimeoutException($"{Message} waited for longer than its caller does; it was not begun."));
            return;
        }

        RequestContextCopy.Import(Message.RequestContext);
        Response response;
        try
        {
            Message.Request.SetTarget(activation);
            response = shared.IncomingFilters.Length == 0 && activation.GrainInstance is not IIncomingGrainCallFilter
                ? await Message.Request.Invoke()
                : await InvokeFiltered(activation);
        }
        catch (Exception exception)
        {
            response = Response.FromException(exception);
        }

        // The grain's state is not what is stored, so the activation must not go on with it.
        if (response.Exception is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, inconsistent, "The grain's state has been changed in its storage by another."));
        }

        if (Message.ExpectsResponse)
        {
            shared.MessageCenter.Respond(Message, shared.ResponseCopier.Copy(Message, response));
        }
        else if (response.Exception is { } exception)
        {
            shared.Logger.LogWarning(exception, "The one-way call {Message} failed.", Message);
        }
    }

    public override void Return(Activation activation)
    {
        if (++Message.BounceCount > shared.Messaging.MaxForwardCount)
        {
            Reject(new OrleansMessageRejectionException(
                $"{Message} met {Message.BounceCount} activations that were being deactivated (the last one: {activation.DeactivationReason}). Call again."));
            return;
        }

        shared.MessageCenter.Send(Message);
    }

    public override void Reject(Exception reason) => shared.MessageCenter.Respond(Message, shared.ResponseCopier.Copy(Message, Response.FromException(reason)));

    private async Task<Response> InvokeFiltered(Activation activation)
    {
        var call = new IncomingCall(Message, activation, shared.IncomingFilters);
        await call.Invoke();
        return call.Response ?? Response.Completed;
    }
}
