using Sheaf.Contracts.Specs;

namespace Sheaf.Tests.Unit.Specs;

/// <summary>Texts that are hardly specs.</summary>
public class SpecTextTests
{
    [Theory]
    [InlineData("name: [1, 2", 1, "not valid YAML")]
    [InlineData("name: small\n\tseed: 7", 2, "not valid YAML")]
    [InlineData("name: small\nseed: \"7", 2, "not valid YAML")]
    [InlineData("name: small\n---\nname: second", 2, "a spec is one document")]
    [InlineData("name: &n small", 1, "the anchor &n is not supported")]
    [InlineData("name: small\nloss: *n", 2, "the alias *n is not supported")]
    [InlineData("name: !!str small", 1, "the tag tag:yaml.org,2002:str is not supported")]
    [InlineData("just words", 1, "\"just words\" is not a spec")]
    [InlineData("- name: small", 1, "a list of 1 is not a spec")]
    [InlineData("[a]: b", 1, "cannot be a key")]
    [InlineData("name: sm\uFFFDll", 1, "not valid UTF-8")]
    [InlineData("name: \"sm\\uD800ll\"", 1, "not valid")]
    [InlineData("name: \"\\U99999999\"", 1, "not valid YAML")]
    [InlineData("", 1, "the key \"name\" is missing")]
    [InlineData("# only a comment", 1, "the key \"name\" is missing")]
    public void Parse_RefusesWithALine(string text, int line, string message)
    {
        var result = SpecTexts.Parse(text);

        Assert.Null(result.Spec);
        Assert.Contains(result.Violations, v => v.Line == line && v.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_RefusesWhatIsNestedTooDeep()
    {
        Assert.Contains(SpecTexts.Parse("name: " + new string('[', 100_000)).Violations, v => v.Message.Contains("nested deeper than 32", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_RefusesWhatIsTooLong()
    {
        Assert.Contains("1,048,576", Assert.Single(SpecTexts.Parse(new string('#', 2_000_000)).Violations).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_RefusesWhatHasTooManyValues()
    {
        var violation = Assert.Single(SpecTexts.Parse("name: [" + string.Concat(Enumerable.Repeat("a,", 300_000)) + "]").Violations);

        Assert.Contains("more than 20,000 keys and values", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_StopsCountingAfterAHundredMistakes()
    {
        var violations = SpecTexts.Parse(SpecTexts.Sound + string.Concat(Enumerable.Range(0, 250).Select(i => $"zzz{i}: 1\n"))).Violations;

        Assert.Equal(101, violations.Count);
        Assert.Equal("and 150 more mistakes", violations[^1].Message);
    }

    [Fact]
    public void Parse_RefusesABasePathThatIsNotAbsolute()
    {
        Assert.Contains("is not an absolute path", Assert.Single(SpecParser.Parse(SpecTexts.Sound, "specs").Violations).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ReportsATypoOnceAndNotAsAMissingKeyToo()
    {
        Assert.Equal("nmae", Assert.Single(SpecTexts.Break("name: small", "nmae: small")).Key);
    }

    [Fact]
    public void Parse_NamesTheWholePathOfADuplicate()
    {
        Assert.Equal("optimizer.sgd.momentum", Assert.Single(SpecTexts.Break("momentum: 0.9", "momentum: 0.9, momentum: 0.8")).Key);
    }

    [Fact]
    public void ToString_IsWhatATerminalShows()
    {
        Assert.Equal("line 17, column 9: epochs: 0 is out of range; allowed: 1 to 1000000000", Assert.Single(SpecTexts.Break("epochs: 5", "epochs: 0")).ToString());
    }
}
