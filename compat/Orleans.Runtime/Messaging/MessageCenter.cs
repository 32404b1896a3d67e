using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Placement;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Messaging;

/// <summary>Finds the activation of a message's grain, or has one placed. There is one silo, so every address is this one. Thread-safe.</summary>
internal sealed class MessageCenter(ActivationCatalog catalog, PlacementService placement, PendingCalls pending, ILocalSiloDetails silo, IServiceProvider services) : IMessageCenter
{
    private SiloServices.Shared? _shared;

    private SiloServices.Shared Shared => _shared ??= services.GetRequiredService<SiloServices.Shared>();

    public void Send(Message message)
    {
        if (catalog.Find(message.TargetGrain) is { } activation)
        {
            activation.ReceiveMessage(message);
            return;
        }

        try
        {
            var placed = placement.Place(message, catalog.GetActivator(message.TargetGrain.Type, Shared).Class);
            if (placed.IsCompletedSuccessfully)
            {
                Deliver(message, placed.Result);
            }
            else
            {
                _ = DeliverLater(message, placed);
            }
        }
        catch (Exception exception)
        {
            Respond(message, Response.FromException(exception));
        }
    }

    public void Respond(Message request, Response response)
    {
        if (request.Callback is { } callback)
        {
            pending.Complete(callback, response);
        }
    }

    public void Cancel(Message request)
    {
        if (request.Request.IsCancellable)
        {
            catalog.Find(request.TargetGrain)?.Cancel(request);
        }
    }

    private void Deliver(Message message, SiloAddress target)
    {
        if (!target.Equals(silo.SiloAddress))
        {
            throw new OrleansException($"The placement of grain {message.TargetGrain} chose the silo {target}, but this cluster has only {silo.SiloAddress}.");
        }

        catalog.FindOrCreate(message.TargetGrain, Shared, message.RequestContext).ReceiveMessage(message);
    }

    private async Task DeliverLater(Message message, ValueTask<SiloAddress> placed)
    {
        try
        {
            Deliver(message, await placed);
        }
        catch (Exception exception)
        {
            Respond(message, Response.FromException(exception));
        }
    }
}
