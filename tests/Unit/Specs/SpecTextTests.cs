using Sheaf.Specs;

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

    /// <summary>One mistake of YAML itself in each text: the place that a person would point at, and what that person would say.</summary>
    [Theory]
    [InlineData("name: a\ndata:\n\ttrain: b", 3, 1, "a tab stands in the indentation. Indent with spaces.")]
    [InlineData("name: a\ndata:\n  train: b\n  \tvalidation: c", 4, 3, "a tab stands in the indentation")]
    [InlineData("name: a\nmetrics:\n  - b\n\t- c", 4, 1, "a tab stands in the indentation")]
    [InlineData("name: |\n  x\n\ty\nseed: [", 3, 1, "a tab stands in the indentation")]
    [InlineData("name: a\ndata: { train: {a: b }\nseed: 7\nepochs: 3\n", 2, 7, "the { of line 2, column 7 is not closed")]
    [InlineData("metrics: [ a, { b: 1 }\nseed: 7\nmodel: [ c ]\n", 1, 10, "the [ of line 1, column 10 is not closed")]
    [InlineData("metrics: [ a, { b: 1 ]\nseed: 7\n", 1, 15, "the { of line 1, column 15 is not closed: a ] stands where its } belongs")]
    [InlineData("metrics: [ a ] ]\n", 1, 16, "")]
    [InlineData("metrics: ]\n", 1, 10, "this ] closes nothing")]
    [InlineData("name: it's # \" [ {\nloss: \"x\nseed: 7\n", 2, 7, "the \" of line 2, column 7 is not closed")]
    [InlineData("loss: 'x\nname: \"b\"\n", 1, 7, "the ' of line 1, column 7 is not closed")]
    [InlineData("loss: \"x\nseed: \"7\"\n", 1, 7, "the \" of line 1, column 7 is not closed")]
    [InlineData("name: \"a\" b\n", 1, 11, "text stands after the closing quote")]
    [InlineData("path: \"C:\\data\"\n", 1, 10, "\\d is no escape of YAML")]
    [InlineData("name: @env\n", 1, 7, "what begins with @ must stand in quotes")]
    [InlineData("name: `env`\n", 1, 7, "what begins with ` must stand in quotes")]
    [InlineData("%name: env\n", 1, 1, "what begins with % must stand in quotes")]
    [InlineData("name: a\nepochs 3\nseed: 7\n", 2, 1, "\"epochs 3\" is no \"key: value\"")]
    [InlineData("name: a\nepochs:3\nseed: 7\n", 2, 1, "has no space after its colon; write \"epochs: 3\"")]
    [InlineData("name: a\nloss:\u00A0b\nseed: 7\n", 2, 1, "U+00A0")]
    [InlineData("name: a\n- loss: b\nseed: 7\n", 2, 1, "a list item (\"- \") stands where a key belongs")]
    [InlineData("data:\n  train: a\n validation: b\n", 3, 2, "its indentation of 1 space is not that of the keys beside it")]
    [InlineData("data:\n  train: a\n   validation: b\n", 3, 14, "its indentation of 3 spaces is not that")]
    [InlineData("name: b: c\n", 1, 8, "has two colons")]
    [InlineData("data:\n  train: a\n validation: { fraction: 0.25 }\n", 3, 2, "its indentation of 1 space is not that of the keys beside it")]
    [InlineData("data:\n  train: { a: b }\n   validation: { fraction: 0.25 }\n", 3, 4, "its indentation of 3 spaces is not that")]
    [InlineData("data:\n\u00A0 \u00A0 train: { a: b }\n  validation: { fraction: 0.25 }\n", 2, 1,
        "a white space that is no plain space (U+00A0) stands in the indentation")]
    public void Parse_PointsAtTheMistakeInItsOwnWords(string text, int line, int column, string message)
    {
        var violation = SpecTexts.Parse(text).Violations[0];

        Assert.StartsWith("not valid YAML: ", violation.Message, StringComparison.Ordinal);
        Assert.Contains(message, violation.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (violation.Line, violation.Column));
    }

    [Fact]
    public void Parse_OfASpecCutAnywhereSaysNothingInTheWordsOfTheLibrary()
    {
        foreach (var (cut, odd) in from cut in Enumerable.Range(0, SpecTexts.Sound.Length)
                                   from odd in new[] { "", "\t", "[", "}", "\"", "@", "\n\t", ": :", "\n - ", "\u0001" }
                                   select (cut, odd))
        {
            foreach (var violation in SpecTexts.Parse(SpecTexts.Sound[..cut] + odd + (odd.Length > 0 ? SpecTexts.Sound[cut..] : "")).Violations)
            {
                Assert.DoesNotContain("While ", violation.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("did not find", violation.Message, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("current state", violation.Message, StringComparison.Ordinal);
                Assert.All(violation.Message, c => Assert.False(char.IsControl(c)));
            }
        }
    }

    /// <summary>Wherever a text of the spec is shown again, in a message or by spec explain, it cannot steer the terminal.</summary>
    [Theory]
    [InlineData("name: small", "name: \"sm\\e[31mall\"")]
    [InlineData("train-images.gz", "\"a\\e]0;title\\a.gz\"")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ \"ac\\ecuracy\" ]")]
    [InlineData("seed: 7", "\"se\\eed\": 7")]
    [InlineData("batch_size: 64", "batch_size: \"6\\e4\"")]
    [InlineData("by: validation_loss", "by: \"validation_\\u202Eloss\"")]
    [InlineData("every: 1 epoch", "every: \"1\\x07 epoch\"")]
    [InlineData("- relu", "- \"re\\elu\"")]
    public void Parse_ShowsNoControlCharacters(string old, string @new)
    {
        var result = SpecTexts.Parse(SpecTexts.Sound.Replace(old, @new, StringComparison.Ordinal));

        var shown = result.Violations.Select(v => v.ToString()).Concat(SpecExplainer.Explain(result).Select(s => $"{s.Key} {s.Value}"));
        Assert.All(shown, text => Assert.DoesNotContain(text, c => char.IsControl(c) || c is '\u202E'));
        Assert.Contains(shown, text => text.Contains("\\u", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_RefusesWhatIsNestedTooDeep()
    {
        Assert.Contains(
            SpecTexts.Parse("name: " + new string('[', 100_000)).Violations, v => v.Message.Contains("nested deeper than 32", StringComparison.Ordinal));
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
        Assert.Equal(
            "line 17, column 9: epochs: 0 is out of range; allowed: 1 to 1000000000", Assert.Single(SpecTexts.Break("epochs: 5", "epochs: 0")).ToString());
    }
}
