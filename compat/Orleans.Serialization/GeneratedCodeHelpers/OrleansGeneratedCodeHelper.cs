using System.Reflection;

namespace Orleans.Serialization.GeneratedCodeHelpers;

/// <summary>What the proxies in the official assembly call.</summary>
public static class OrleansGeneratedCodeHelper
{
    public static MethodInfo? GetMethodInfoOrDefault(Type interfaceType, string methodName, Type[]? methodTypeParameters, Type[] parameterTypes)
    {
        ArgumentNullException.ThrowIfNull(interfaceType);
        ArgumentNullException.ThrowIfNull(parameterTypes);
        foreach (var method in interfaceType.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
        {
            if (method.Name != methodName || method.GetGenericArguments().Length != (methodTypeParameters?.Length ?? 0))
            {
                continue;
            }

            var closed = methodTypeParameters is { Length: > 0 } ? method.MakeGenericMethod(methodTypeParameters) : method;
            if (closed.GetParameters().Select(p => p.ParameterType).SequenceEqual(parameterTypes))
            {
                return closed;
            }
        }

        return null;
    }

    public static object InvokableThrowArgumentOutOfRange(int index, int maxArgs) =>
        throw new ArgumentOutOfRangeException($"The argument index is {index}, allowed is 0 to {maxArgs}.", innerException: null);

    public static TService UnwrapService<TService>(object caller, TService service) => service;
}
