using System.Reflection;
using System.Runtime.ExceptionServices;
using Orleans.Runtime.Messaging;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Activations;

/// <summary>A request on its way through the silo's filters, then the grain's own, to the method.</summary>
internal sealed class IncomingCall(Message message, Activation activation, IIncomingGrainCallFilter[] filters) : IIncomingGrainCallContext
{
    private int _next;
    private MethodInfo? _implementation;

    public IInvokable Request => message.Request;

    public object Grain => activation.GrainInstance!;

    public IGrainContext TargetContext => activation;

    public GrainId? SourceId => message.SendingGrain.IsDefault ? null : message.SendingGrain;

    public GrainId TargetId => activation.GrainId;

    public GrainInterfaceType InterfaceType => message.InterfaceType;

    public string InterfaceName => Request.GetInterfaceName();

    public string MethodName => Request.GetMethodName();

    public MethodInfo InterfaceMethod => Request.GetMethod();

    public MethodInfo ImplementationMethod => _implementation ??= FindImplementation();

    public object? Result
    {
        get => Response?.Result;
        set => Response = Response.FromResult(value);
    }

    public Response? Response { get; set; }

    public async Task Invoke()
    {
        var index = _next++;
        if (index < filters.Length)
        {
            await filters[index].Invoke(this);
        }
        else if (index == filters.Length && Grain is IIncomingGrainCallFilter own)
        {
            await own.Invoke(this);
        }
        else
        {
            Response = await Request.Invoke();
            if (Response.Exception is { } exception)
            {
                ExceptionDispatchInfo.Throw(exception);
            }
        }
    }

    private MethodInfo FindImplementation()
    {
        var target = Request.GetTarget() ?? Grain;
        var map = target.GetType().GetInterfaceMap(InterfaceMethod.DeclaringType!);
        var method = InterfaceMethod.IsGenericMethod ? InterfaceMethod.GetGenericMethodDefinition() : InterfaceMethod;
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, method)];
    }
}
