using Orleans.CodeGeneration;
using Orleans.Metadata;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>Turns calls on references into messages. Thread-safe.</summary>
internal sealed class GrainReferenceRuntime(
    IMessageCenter center,
    PendingCalls pending,
    InterfaceRegistry interfaces,
    ReferenceActivator activator,
    DeepCopier copier,
    IEnumerable<IOutgoingGrainCallFilter> filters) : IGrainReferenceRuntime
{
    private readonly IOutgoingGrainCallFilter[] _filters = [.. filters];

    public async ValueTask<T?> InvokeFilteredAsync<T>(GrainReference reference, IInvokable request, InvokeMethodOptions options)
    {
        var call = new OutgoingCall(reference, request, _filters, async () =>
        {
            var callback = new Callback<T>();
            Send(reference, request, options, callback);
            return Response.FromResult(await callback.Task);
        });
        await call.Invoke();
        return call.Response is null ? default : call.Response.GetResult<T>();
    }

    public ValueTask<T?> InvokeMethodAsync<T>(GrainReference reference, IInvokable request, InvokeMethodOptions options)
    {
        if (_filters.Length > 0)
        {
            return InvokeFilteredAsync<T>(reference, request, options);
        }

        var callback = new Callback<T>();
        Send(reference, request, options, callback);
        return new ValueTask<T?>(callback.Task);
    }

    public ValueTask InvokeMethodAsync(GrainReference reference, IInvokable request, InvokeMethodOptions options)
    {
        if ((options & InvokeMethodOptions.OneWay) != InvokeMethodOptions.None)
        {
            InvokeMethod(reference, request, options);
            return default;
        }

        if (_filters.Length > 0)
        {
            return new ValueTask(InvokeFilteredAsync<object>(reference, request, options).AsTask());
        }

        var callback = new Callback<object>();
        Send(reference, request, options, callback);
        return new ValueTask(callback.Task);
    }

    public void InvokeMethod(GrainReference reference, IInvokable request, InvokeMethodOptions options)
    {
        if (_filters.Length == 0)
        {
            Send(reference, request, options | InvokeMethodOptions.OneWay, callback: null);
            return;
        }

        var call = new OutgoingCall(reference, request, _filters, () =>
        {
            Send(reference, request, options | InvokeMethodOptions.OneWay, callback: null);
            return Task.FromResult(Response.Completed);
        });
        _ = call.Invoke().ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public object Cast(IAddressable grain, Type interfaceType)
    {
        if (grain is GrainReference && interfaceType.IsInstanceOfType(grain))
        {
            return grain;
        }

        return activator.Create(grain.GetGrainId(), interfaces.GetInterfaceType(interfaceType));
    }

    private void Send(GrainReference reference, IInvokable request, InvokeMethodOptions options, Callback? callback)
    {
        request.GetCancellationToken().ThrowIfCancellationRequested();
        var message = new Message
        {
            TargetGrain = reference.GrainId,
            SendingGrain = RuntimeContext.Current?.GrainId ?? default,
            InterfaceType = reference.InterfaceType,
            Request = request,
            Options = options,
            RequestContext = RequestContextCopy.Export(copier),
            Callback = callback,
        };
        if (callback is not null)
        {
            callback.Message = message;
            if (!pending.Add(callback, center))
            {
                return;
            }
        }

        center.Send(message);
    }
}
