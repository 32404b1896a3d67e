using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Activations;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Links;
using Orleans.Runtime.MembershipService;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// Finds the silo on which a message's grain is active, or has it placed, and sends the message there. A silo that gets a message for a grain which it does
/// not have looks itself, sends the message on, and tells its sender. Thread-safe.
/// </summary>
internal sealed partial class ClusterMessageCenter(
    ActivationCatalog catalog,
    PendingCalls pending,
    ClusterGrainDirectory directory,
    ClusterMembership membership,
    SiloLinks links,
    MessageCodec codec,
    ActivationFinder finder,
    Farewell farewell,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    IServiceProvider services,
    ILogger<ClusterMessageCenter> logger) : IMessageCenter
{
    private readonly ConcurrentDictionary<(SiloAddress, long), Message> _cancellable = new();
    private SiloServices.Shared? _shared;
    private int _finding;
    private TaskCompletionSource? _drained;

    private SiloServices.Shared Shared => _shared ??= services.GetRequiredService<SiloServices.Shared>();

    private SiloAddress Local => membership.LocalSilo;

    public void Send(Message message)
    {
        if (catalog.Find(message.TargetGrain) is { } activation)
        {
            Deliver(message, activation);
        }
        else if (message is { SendingSilo: null, ForwardCount: 0, BounceCount: 0 } && directory.Remembered(message.TargetGrain) is { } silo && !silo.Equals(Local))
        {
            SendTo(silo, message);
        }
        else
        {
            _ = FindAndSend(message);
        }
    }

    /// <summary>A request from another silo.</summary>
    public void Receive(Message message)
    {
        if (message.Request.IsCancellable && !message.IsOneWay)
        {
            _cancellable[(message.SendingSilo!, message.Id)] = message;
        }

        if (message.IsPlacedHere && catalog.Find(message.TargetGrain) is null && membership.LocalStatus == SiloStatus.Active)
        {
            Activate(message);
        }
        else
        {
            Send(message);
        }
    }

    public void Respond(Message request, Response response)
    {
        if (request.SendingSilo is not { } sender)
        {
            if (request.Callback is { } callback)
            {
                pending.Complete(callback, response);
            }

            return;
        }

        _cancellable.TryRemove((sender, request.Id), out _);
        if (!request.IsOneWay)
        {
            Respond(sender, request.Id, response);
        }
    }

    /// <summary>Answers a caller on another silo.</summary>
    public void Respond(SiloAddress sender, long id, Response response)
    {
        Frame frame;
        try
        {
            frame = Limit(Encode(id, response), "response");
        }
        catch (Exception exception)
        {
            // As between any two silos: what cannot be sent arrives as the reason why not.
            frame = Encode(id, Response.FromException(exception));
        }

        links.Send(sender, frame);
    }

    public void Cancel(Message request)
    {
        if (!request.Request.IsCancellable)
        {
            return;
        }

        if (request.TargetSilo is { } silo && !silo.Equals(Local))
        {
            links.Send(silo, FrameKind.Cancel, (request, Local), static (writer, state) =>
            {
                writer.WriteUnmanaged(state.request.Id);
                writer.WriteString((state.request.SendingSilo ?? state.Local).ToParsableString());
            });
        }
        else
        {
            catalog.Find(request.TargetGrain)?.Cancel(request);
        }
    }

    /// <summary>The caller, on another silo, no longer waits.</summary>
    public void CancelReceived(SiloAddress sender, long id)
    {
        if (_cancellable.TryGetValue((sender, id), out var message))
        {
            Cancel(message);
        }
    }

    /// <summary>Another silo has sent one of this silo's requests on.</summary>
    public void Redirected(long id, GrainId grain, SiloAddress silo)
    {
        if (membership.View.IsDead(silo))
        {
            directory.Forget(grain);
        }
        else
        {
            directory.Remember(grain, silo);
        }

        if (pending.Find(id) is { } callback)
        {
            callback.Message.TargetSilo = silo;
            if (membership.View.IsDead(silo))
            {
                pending.BreakCallsTo(silo);
            }
        }
    }

    /// <summary>The silo stops: what is sent to its grains from now on looks for them anew.</summary>
    public void Leaving(SiloAddress silo) => directory.Forget(silo);

    /// <summary>Waits, no longer than so, until every message that looks for its grain has been sent.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _drained, drained);
        if (Volatile.Read(ref _finding) > 0)
        {
            await drained.Task.WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Frame Encode(long id, Response response) => Frame.Create(FrameKind.Response, (id, response, codec), static (writer, state) =>
    {
        writer.WriteUnmanaged(state.id);
        state.codec.WriteResponse(writer, state.response);
    });

    private Frame Limit(Frame frame, string what)
    {
        if (frame.Bytes.Count <= Shared.Messaging.MaxMessageBodySize)
        {
            return frame;
        }

        frame.Release();
        throw new InvalidMessageFrameException(
            $"The {what} has {frame.Bytes.Count} bytes, more than SiloMessagingOptions.MaxMessageBodySize, {Shared.Messaging.MaxMessageBodySize}, allows. Send less, or in parts, or raise the limit on all silos.");
    }
}
