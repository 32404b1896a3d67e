using Sheaf.Specs;

namespace Sheaf.Tests.Unit.Specs;

public class SpecReferenceTests
{
    [Fact]
    public void ToMarkdown_IsWhatIsCommitted()
    {
        var path = Path.Combine(SpecTexts.Repository, "docs", "spec.md");
        if (Environment.GetEnvironmentVariable("SHEAF_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, SpecReference.ToMarkdown());
        }

        Assert.Equal(SpecReference.ToMarkdown(), File.ReadAllText(path));
    }
}
