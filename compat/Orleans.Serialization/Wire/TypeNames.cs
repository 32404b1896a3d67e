using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Serialization.TypeSystem;

namespace Orleans.Serialization.Wire;

/// <summary>The names of types in messages: the [Alias] where there is one, else the full name with its assembly. Thread-safe.</summary>
internal static class TypeNames
{
    private static readonly ConcurrentDictionary<Type, string> s_names = new();
    private static readonly ConcurrentDictionary<string, Type> s_types = new();
    private static readonly ConcurrentDictionary<Assembly, bool> s_scanned = new();

    public static string Format(Type type) => s_names.GetOrAdd(type, static t =>
    {
        var name = !t.IsGenericType && t.GetCustomAttribute<AliasAttribute>(inherit: false) is { } alias ? alias.Alias : RuntimeTypeNameFormatter.Format(t);
        s_types.TryAdd(name, t);
        return name;
    });

    public static Type Parse(string name) => TryParse(name) ?? throw new UnknownTypeException(name);

    public static Type? TryParse(string name)
    {
        if (s_types.TryGetValue(name, out var type))
        {
            return type;
        }

        if (!name.Contains(','))
        {
            FindAliases();
            if (s_types.TryGetValue(name, out type))
            {
                return type;
            }
        }

        type = Type.GetType(name, FindAssembly, typeResolver: null, throwOnError: false);
        return type is null ? null : s_types.GetOrAdd(name, type);
    }

    private static Assembly? FindAssembly(AssemblyName name)
    {
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.GetName().Name == name.Name)
            {
                return assembly;
            }
        }

        return null;
    }

    private static void FindAliases()
    {
        var attributes = typeof(AliasAttribute).Assembly.GetName().Name;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            // The official assemblies refer to codecs that do not exist here, so only applications' assemblies can be listed.
            if (assembly.IsDynamic || !s_scanned.TryAdd(assembly, true) || assembly.GetName().Name!.StartsWith("Orleans.", StringComparison.Ordinal)
                || !assembly.GetReferencedAssemblies().Any(r => r.Name == attributes))
            {
                continue;
            }

            foreach (var type in assembly.GetTypes())
            {
                if (!type.IsGenericType && type.GetCustomAttribute<AliasAttribute>(inherit: false) is not null)
                {
                    Format(type);
                }
            }
        }
    }
}
