using Microsoft.Extensions.Logging;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Links;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Messaging;

/// <content>The way of a request: to its grain here, to the silo that has it, or on to where it is now.</content>
internal sealed partial class ClusterMessageCenter
{
    private void Deliver(Message message, Activation activation)
    {
        message.TargetSilo = Local;
        activation.ReceiveMessage(message);
    }

    private void Activate(Message message)
    {
        try
        {
            Deliver(message, catalog.FindOrCreate(message.TargetGrain, Shared, message.RequestContext));
        }
        catch (SiloUnavailableException) when (message.ForwardCount < Shared.Messaging.MaxForwardCount)
        {
            // The silo is stopping; the grain is to be placed elsewhere.
            message.ForwardCount++;
            _ = FindAndSend(message);
        }
        catch (Exception exception)
        {
            Respond(message, Response.FromException(exception));
        }
    }

    private async Task FindAndSend(Message message)
    {
        Interlocked.Increment(ref _finding);
        try
        {
            directory.Forget(message.TargetGrain);
            var (silo, placed) = await finder.Find(message);
            message.IsPlacedHere = placed;
            if (message.SendingSilo is null && message.Request.GetCancellationToken() is { IsCancellationRequested: true } cancelled)
            {
                // While its grain was looked for there was nobody to tell.
                Respond(message, Response.FromException(new OperationCanceledException(cancelled)));
                return;
            }

            if (!silo.Equals(Local))
            {
                SendTo(silo, message);
            }
            else if (catalog.Find(message.TargetGrain) is { } activation)
            {
                Deliver(message, activation);
            }
            else
            {
                Activate(message);
            }
        }
        catch (Exception exception)
        {
            Respond(message, Response.FromException(exception));
        }
        finally
        {
            if (Interlocked.Decrement(ref _finding) == 0)
            {
                Volatile.Read(ref _drained)?.TrySetResult();
            }
        }
    }

    private void SendTo(SiloAddress silo, Message message)
    {
        if (membership.View.IsDead(silo) || farewell.IsLeaving(silo))
        {
            directory.Forget(message.TargetGrain);
            if (++message.ForwardCount > Shared.Messaging.MaxForwardCount)
            {
                Respond(message, Response.FromException(new SiloUnavailableException($"The target silo {silo} is {membership.View.StatusOf(silo)}: {message}.")));
            }
            else
            {
                _ = FindAndSend(message);
            }

            return;
        }

        var forwarded = message.SendingSilo is not null;
        if (forwarded && ++message.ForwardCount > Shared.Messaging.MaxForwardCount)
        {
            Respond(message, Response.FromException(new OrleansMessageRejectionException(
                $"{message} was sent on {message.ForwardCount} times without meeting its grain, which moves: the last silo to send it to was {silo}. Call again.")));
            return;
        }

        message.TargetSilo = silo;
        Frame frame;
        try
        {
            frame = Limit(Frame.Create(FrameKind.Request, (message, codec, Local), static (writer, state) => state.codec.WriteRequest(writer, state.message, state.Local), message), "request");
        }
        catch (Exception exception)
        {
            Respond(message, Response.FromException(exception));
            return;
        }

        if (forwarded)
        {
            logger.LogDebug("{Message} is sent on to {Silo}.", message, silo);
            _cancellable.TryRemove((message.SendingSilo!, message.Id), out _);
            links.Send(message.SendingSilo!, FrameKind.Redirect, (message, silo), static (writer, state) =>
            {
                writer.WriteUnmanaged(state.message.Id);
                writer.WriteString(state.message.TargetGrain.ToString());
                writer.WriteString(state.silo.ToParsableString());
            });
        }

        links.Send(silo, frame);

        // Declared dead between the check and the note of where it went: then nobody else will fail it.
        if (!forwarded && membership.View.IsDead(silo))
        {
            pending.BreakCallsTo(silo);
        }
    }
}
