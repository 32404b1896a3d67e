using System.Collections.Concurrent;
using System.Linq.Expressions;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Proxies;

/// <summary>The emitted requests by the names that they have between silos: the interface that declares the method, and the method's signature. Thread-safe.</summary>
internal static class RequestTypes
{
    private static readonly ConcurrentDictionary<(string Interface, string Method), Func<IInvokable>> s_makers = new();
    private static readonly ConcurrentDictionary<RequestShape, (string Interface, string Method)> s_names = new();

    public static void Add(RequestShape shape, Type request)
    {
        var name = (TypeNames.Format(shape.InterfaceType), shape.Method.ToString()!);
        s_names[shape] = name;
        s_makers.TryAdd(name, Expression.Lambda<Func<IInvokable>>(Expression.New(request)).Compile());
    }

    public static (string Interface, string Method) NameOf(RequestShape shape) => s_names[shape];

    public static IInvokable Create(string interfaceName, string method)
    {
        if (!s_makers.TryGetValue((interfaceName, method), out var maker))
        {
            var type = TypeNames.TryParse(interfaceName);
            if (type is not { IsInterface: true } || !typeof(IAddressable).IsAssignableFrom(type))
            {
                throw new SerializerException($"A message calls '{interfaceName}', which is no grain interface of this process: the silos do not run the same program.");
            }

            ProxyFactory.For(type);
            if (!s_makers.TryGetValue((interfaceName, method), out maker))
            {
                throw new SerializerException($"A message calls '{method}' of {type}, which has no such method in this process: the silos do not run the same program.");
            }
        }

        return maker();
    }
}
