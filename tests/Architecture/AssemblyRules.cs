namespace Sheaf.Tests.Architecture;

/// <summary>The rules about compiled assemblies. Each returns what breaks it, in words; nothing means that it holds.</summary>
internal static class AssemblyRules
{
    private const string GrainBase = "Orleans.Grain";

    /// <summary>Members that read the wall clock or wait for it; a type with a dot at its end stands for all of its members.</summary>
    private static readonly string[] WallClock =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow",
        "System.Environment.get_TickCount", "System.Environment.get_TickCount64", "System.Diagnostics.Stopwatch.", "System.Threading.Thread.Sleep",
        "System.TimeProvider.get_System",
    ];

    public static IReadOnlyList<string> References(AssemblyFacts assembly, params string[] forbidden) =>
        [.. from name in assembly.ReferencedAssemblies
            where forbidden.Any(f => name == f || name.StartsWith(f + ".", StringComparison.Ordinal))
            select $"it refers to {name}"];

    public static IReadOnlyList<string> ReadsOfTheWallClock(AssemblyFacts assembly) =>
        [.. from member in assembly.ReferencedMembers
            where WallClock.Any(w => w.EndsWith('.') ? member.StartsWith(w, StringComparison.Ordinal) : member == w)
            select $"it uses {member}; time comes from a TimeProvider that the caller passes"];

    /// <summary>Sets of namespaces each of which uses, over others, itself; the largest first, each in order.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Cycles(IEnumerable<(string From, string To)> uses)
    {
        var next = uses.ToLookup(use => use.From, use => use.To);
        var reached = next.Select(from => from.Key).ToDictionary(from => from, from => Reached(from, next), StringComparer.Ordinal);
        return [.. reached.Where(from => from.Value.Contains(from.Key))
            .GroupBy(from => string.Join(' ', reached.Where(to => from.Value.Contains(to.Key) && to.Value.Contains(from.Key)).Select(to => to.Key)
                .Order(StringComparer.Ordinal)))
            .Select(cycle => cycle.Key.Split(' '))
            .OrderByDescending(cycle => cycle.Length)];
    }

    private static HashSet<string> Reached(string from, ILookup<string, string> next)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(next[from]);
        while (open.TryPop(out var at))
        {
            if (reached.Add(at))
            {
                foreach (var to in next[at])
                {
                    open.Push(to);
                }
            }
        }

        return reached;
    }

    public static IReadOnlyList<string> GrainsThatUse(AssemblyFacts assembly, string forbidden) =>
        [.. from grain in assembly.Derived(GrainBase)
            where assembly.AssembliesUsedBy(grain).Contains(forbidden)
            select $"the grain {grain} uses {forbidden}; compute belongs to the device thread"];
}
