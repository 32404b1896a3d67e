using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Parity.Data;

/// <summary>The table of `data describe` against NumPy, from the same file of the examples.</summary>
public sealed class DescribeTests
{
    private static readonly string[] Columns = ["cylinders", "displacement", "horsepower", "weight", "acceleration", "model_year", "mpg"];

    /// <summary>The training rows of the example, and all rows of the document's table of training data.</summary>
    [Theory]
    [InlineData(251)]
    [InlineData(314)]
    public async Task AutoMpg_EnsureItsTableIsNumpys(int rows)
    {
        var folder = Path.Combine(Folder(), "examples");
        var text = await File.ReadAllTextAsync(Path.Combine(folder, "auto-mpg.yaml"), TestContext.Current.CancellationToken);
        var spec = SpecParser.Parse(text, folder).Spec!;
        spec = rows == 251 ? spec : spec with { Data = spec.Data with { Validation = null } };

        var told = DataDescriber.Describe(spec, RowSetKind.Train, 0, CancellationToken.None);
        var numpys = await Python.RunAsync("Data/describe.py", new { file = Path.Combine(folder, "auto-mpg.csv"), rows, columns = Columns });

        foreach (var column in Columns)
        {
            var ours = told.Features.Concat(told.Targets).Single(each => each.Name == column);
            var theirs = numpys.GetProperty(column).EnumerateArray().Select(value => value.GetDouble()).ToArray();
            double[] numbers = [ours.Count, ours.Mean, ours.Std!.Value, ours.Min, ours.LowerQuartile, ours.Median, ours.UpperQuartile, ours.Max];
            Assert.All(numbers.Zip(theirs), pair => Assert.Equal(pair.Second, pair.First, 1e-6 * Math.Max(1, Math.Abs(pair.Second))));
        }
    }

    private static string Folder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cluster.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
