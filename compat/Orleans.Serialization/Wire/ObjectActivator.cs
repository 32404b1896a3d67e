using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Serialization.Wire;

/// <summary>Makes an empty object: through its parameterless constructor if it has one, else without running any.</summary>
internal static class ObjectActivator<T>
{
    private static readonly Func<T> s_create = Make();

    public static T Create() => s_create();

    private static Func<T> Make()
    {
        if (typeof(T).IsValueType)
        {
            return static () => default!;
        }

        return typeof(T).GetConstructor(BindingFlags.Instance | BindingFlags.Public, Type.EmptyTypes) is { } constructor
            ? Expression.Lambda<Func<T>>(Expression.New(constructor)).Compile()
            : static () => (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
    }
}
