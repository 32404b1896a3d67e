using System.Text.RegularExpressions;

namespace Sheaf.Tests.Architecture;

public sealed class SourceTests
{
    private const int Limit = 300;

    /// <summary>As max_line_length in .editorconfig.</summary>
    private const int Edge = 160;

    /// <summary>Types in src/ with more lines than the limit, by their full name, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongTypes = new(StringComparer.Ordinal)
    {
        ["Sheaf.Specs.LayerSpec"] = "A family: each layer is a record of its own in a file of its own; what all share is short.",
        ["Sheaf.Specs.LossSpec"] = "A family, as the layers are.",
        ["Sheaf.Specs.ScheduleSpec"] = "A family, as the layers are.",
        ["Sheaf.Specs.SourceSpec"] = "A family, as the layers are.",
    };

    private static readonly IReadOnlyList<SourceFile> Sources = SourceFile.In("src", "*.cs");

    [Fact]
    public void Files_EnsureOnePublicTypeEach() => AssertNone(SourceRules.ManyPublicTypes(Sources));

    [Fact]
    public void Types_EnsureShortOrWithAReason()
    {
        AssertNone(SourceRules.LongTypes(Sources, Limit, LongTypes));
        AssertNone(SourceRules.StaleReasons(Sources, Limit, LongTypes));
    }

    [Fact]
    public void Lines_EndBeforeTheEdge()
    {
        SourceFile[] files =
        [
            .. from folder in (string[])["src", "tests", "bench", "build", "examples"] from file in SourceFile.In(folder, "*.cs") select file,
            .. from name in (string[])["run", "tools"] from file in SourceFile.In("deploy/test", name) select file,
            .. SourceFile.In(".ci", "run"), .. SourceFile.In(".", "sheaf"),
        ];
        Assert.Contains(files, file => file.Path == "deploy/test/compose/run");
        Assert.Contains(files, file => file.Path == "sheaf");
        AssertNone(SourceRules.LongLines(files, Edge));
    }

    [Fact]
    public void Files_EnsureNoConditionalCompilation() => AssertNone(SourceRules.ConditionalCompilation(Sources));

    [Fact]
    public void Clients_EnsureNoProxyThatNobodyNamed() => AssertNone(SourceRules.ClientsWithAProxy(Sources));

    [Fact]
    public void Variables_EnsureKnownToAll()
    {
        AssertNone(SourceRules.UnknownVariables([.. Sources, .. SourceFile.In("bench", "*.cs"), .. SourceFile.In(".", "sheaf")], KnownVariables()));
        Assert.Equal(2, SourceRules.UnknownVariables([new("a.cs", "SHEAF_ONE SHEAF_SERVER SHEAF_ONE SHEAF_TWO")], KnownVariables()).Count);
    }

    [Fact]
    public void Programs_EnsureTheyRefuseMisspeltVariables()
    {
        // Database is started by the CLI, which has looked at the variables.
        IReadOnlyList<SourceFile> projects =
            [.. SourceFile.In("src", "*.csproj").Where(project => project.Path != "src/Database/Database.csproj"), .. SourceFile.In("bench", "*.csproj")];
        Assert.Equal(4, projects.Count(project => project.Text.Contains("<OutputType>Exe", StringComparison.Ordinal)));
        AssertNone(SourceRules.ProgramsThatTakeAnyVariable(projects, [.. Sources, .. SourceFile.In("bench", "*.cs")]));
    }

    private static HashSet<string> KnownVariables() =>
        [.. Regex.Matches(Sources.Single(file => file.Path.EndsWith("/SheafVariables.cs", StringComparison.Ordinal)).Text,
            @"\[""(?<name>SHEAF_[A-Z_]+)""\] =", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value)];

    private static void AssertNone(IReadOnlyList<string> broken)
    {
        Assert.NotEmpty(Sources);
        Assert.True(broken.Count == 0, string.Join("\n", broken));
    }
}
