using System.Reflection;

namespace Orleans.Metadata;

/// <summary>
/// The assemblies that can hold grains: those that refer to Orleans.Core.Abstractions and are reachable from what is loaded. The official assemblies are
/// left out: their types refer to generated codecs that do not exist here, so they cannot be listed.
/// </summary>
internal static class ApplicationParts
{
    private static readonly string s_abstractions = typeof(IGrain).Assembly.GetName().Name!;

    public static IEnumerable<Type> GrainClasses() => Find().SelectMany(a => a.GetTypes())
        .Where(t => t is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && typeof(IGrain).IsAssignableFrom(t) && typeof(IGrainBase).IsAssignableFrom(t));

    private static List<Assembly> Find()
    {
        var found = new List<Assembly>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic && IsCandidate(a.GetName().Name!)));
        while (queue.TryDequeue(out var assembly))
        {
            if (!seen.Add(assembly.FullName!))
            {
                continue;
            }

            var references = assembly.GetReferencedAssemblies();
            if (references.Any(r => r.Name == s_abstractions))
            {
                found.Add(assembly);
            }

            foreach (var reference in references.Where(r => IsCandidate(r.Name!) && !seen.Contains(r.FullName)))
            {
                if (TryLoad(reference) is { } loaded)
                {
                    queue.Enqueue(loaded);
                }
            }
        }

        return found;
    }

    private static bool IsCandidate(string name) => !name.StartsWith("Orleans.", StringComparison.Ordinal) && !name.StartsWith("System", StringComparison.Ordinal)
        && !name.StartsWith("Microsoft.", StringComparison.Ordinal) && name is not ("mscorlib" or "netstandard" or "WindowsBase");

    // A reference that is not deployed cannot hold grains that are.
    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            return null;
        }
    }
}
