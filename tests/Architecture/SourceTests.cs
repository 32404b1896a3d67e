namespace Sheaf.Tests.Architecture;

public sealed class SourceTests
{
    private const int Limit = 300;

    /// <summary>Files in src/ with more lines than the limit, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    private static readonly IReadOnlyList<SourceFile> Sources = SourceFile.In("src", "*.cs");

    [Fact]
    public void Files_EnsureOnePublicTypeEach() => AssertNone(SourceRules.ManyPublicTypes(Sources));

    [Fact]
    public void Files_EnsureShortOrWithAReason()
    {
        AssertNone(SourceRules.LongFiles(Sources, Limit, LongFiles));
        AssertNone(SourceRules.StaleReasons(Sources, Limit, LongFiles));
    }

    [Fact]
    public void Files_EnsureNoConditionalCompilation() => AssertNone(SourceRules.ConditionalCompilation(Sources));

    private static void AssertNone(IReadOnlyList<string> broken)
    {
        Assert.NotEmpty(Sources);
        Assert.True(broken.Count == 0, string.Join("\n", broken));
    }
}
