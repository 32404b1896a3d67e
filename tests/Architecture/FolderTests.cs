namespace Sheaf.Tests.Architecture;

/// <summary>Folders of one assembly form no cycle: whoever reads one knows in which order to read the others.</summary>
public sealed class FolderTests
{
    /// <summary>Folders that still form a cycle, by assembly, with what holds them together. This list only gets shorter.</summary>
    private static readonly Dictionary<string, (string[] Folders, string Reason)[]> Remaining = new(StringComparer.Ordinal)
    {
        ["Sheaf.Specs"] = [(
            [
                "Sheaf.Specs", "Sheaf.Specs.Augmentations", "Sheaf.Specs.Initialisations", "Sheaf.Specs.Layers", "Sheaf.Specs.Losses", "Sheaf.Specs.Metrics",
                "Sheaf.Specs.Networks",
                "Sheaf.Specs.Optimizers", "Sheaf.Specs.Schedules", "Sheaf.Specs.Schema", "Sheaf.Specs.Sections", "Sheaf.Specs.Sources", "Sheaf.Specs.UserCode",
                "Sheaf.Specs.Yaml",
            ],
            "A component is one file: its record, which the rest of the program reads, and its section, which the parser reads. The folders divide "
                + "components by family, not by layer.")],
    };

    public static TheoryData<string, string> Assemblies => new()
    {
        { "Sheaf.Records", "Sheaf.Records" }, { "Sheaf.Surroundings", "Sheaf.Surroundings" }, { "Sheaf.Sdk", "Sheaf.Sdk" }, { "Sheaf.Specs", "Sheaf.Specs" },
        { "Sheaf.Contracts.Grains", "Sheaf.Contracts.Grains" }, { "Sheaf.Training", "Sheaf.Training" }, { "Sheaf.Transport", "Sheaf.Transport" },
        { "Sheaf.Api", "Sheaf.Api" }, { "Sheaf.Silo", "Sheaf.Silo" }, { "sheaf-gateway", "Sheaf.Gateway" }, { "Sheaf.Client", "Sheaf.Client" },
    };

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Folders_FormNoCycle(string assembly, string space)
    {
        using var facts = new AssemblyFacts(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        var uses = facts.UsesBetweenNamespaces(space);
        var known = Remaining.GetValueOrDefault(assembly) ?? [];
        var found = AssemblyRules.Cycles(uses.Select(use => (use.FromNamespace, use.ToNamespace)));

        Assert.All(found, cycle => Assert.True(
            known.Any(each => each.Folders.Order(StringComparer.Ordinal).SequenceEqual(cycle)),
            $"{string.Join(", ", cycle)} use each other:\n" + string.Join('\n', uses
                .Where(use => cycle.Contains(use.FromNamespace) && cycle.Contains(use.ToNamespace))
                .GroupBy(use => (use.FromNamespace, use.ToNamespace))
                .Select(group => $"{group.Key.FromNamespace} -> {group.Key.ToNamespace} ({group.Count()}): "
                    + string.Join(", ", group.Take(12).Select(use => $"{use.From} > {use.To}"))))));
        Assert.All(known, each => Assert.Contains(found, cycle => cycle.SequenceEqual(each.Folders.Order(StringComparer.Ordinal))));
    }

    [Fact]
    public void Rule_FindsCyclesOfAnyLength() => Assert.Equal(
        ["a b c", "x y"],
        AssemblyRules.Cycles([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("x", "y"), ("y", "x"), ("d", "x")]).Select(cycle => string.Join(' ', cycle)));
}
