using Sheaf.Specs;

namespace Sheaf.Tests.Unit.Specs;

public class SpecExamplesTests
{
    private static readonly string Examples = Path.Combine(SpecTexts.Repository, "examples");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Examples, "*.yaml").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Parse_AcceptsTheExample(string file)
    {
        Assert.Empty(SpecParser.Parse(File.ReadAllText(Path.Combine(Examples, file)), Examples).Violations);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Example_BeginsWithWhatItShowsAndHowLongItTakes(string file)
    {
        var header = File.ReadLines(Path.Combine(Examples, file)).TakeWhile(l => l.StartsWith('#')).ToList();

        Assert.InRange(header.Count, 2, 6);
        Assert.Contains(header, l => l.Contains("Takes", StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_ShowsASpecThatIsAccepted()
    {
        var readme = File.ReadAllText(Path.Combine(SpecTexts.Repository, "README.md"));
        const string Fence = "```yaml\n";
        var start = readme.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;

        var result = SpecTexts.Parse(readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)]);

        Assert.Empty(result.Violations);
    }

    [Fact]
    public void LinearRegression_SplitsItsRowsAsTheSpecSays()
    {
        var spec = SpecParser.Parse(File.ReadAllText(Path.Combine(Examples, "linear-regression.yaml")), Examples).Spec!;
        var train = Assert.IsType<SourceSpec.Csv>(spec.Data.Train);
        var lines = File.ReadAllLines(train.Path);

        Assert.Equal("x,y,split", lines[0]);
        Assert.Equal(100, lines.Length - 1);
        Assert.Equal(80, lines.Count(l => l.EndsWith("," + train.Where["split"], StringComparison.Ordinal)));
    }

    [Fact]
    public void LinearRegression_HasTheClosedFormOfTheTextbook()
    {
        var rows = File.ReadAllLines(Path.Combine(Examples, "linear-regression.csv")).Skip(1).Select(l => l.Split(',')).Where(c => c[2] == "train")
            .Select(c => (X: double.Parse(c[0]), Y: double.Parse(c[1]))).ToList();
        var (mx, my) = (rows.Average(r => r.X), rows.Average(r => r.Y));
        var slope = rows.Sum(r => (r.X - mx) * (r.Y - my)) / rows.Sum(r => (r.X - mx) * (r.X - mx));

        Assert.Equal(1.96896447, slope, 8);
        Assert.Equal(1.02354075, my - (slope * mx), 8);
    }
}
