using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Specs.Summaries;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class DataDescriberTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Table_HasStatisticsOfItsTrainingRowsBeforeTheTransforms()
    {
        _folder.Text("rows.csv", "a,b,y\n1,10,0.5\n2,?,1.5\n4,30,2.5\n300,-40.5,3.5\n");

        var data = Describe(
            """
            train: { format: csv, path: rows.csv, features: [a, b], target: y, missing: { marks: ["?"], fill: median } }
            transforms: [ { scale: -2 }, normalize ]
            """,
            "mean_squared_error");

        Assert.Equal((4, null, null), (data.Train, data.Validation, data.Test));
        Assert.Equal(
            [
                new("a", 4, 76.75, Math.Sqrt(((75.75 * 75.75) + (74.75 * 74.75) + (72.75 * 72.75) + (223.25 * 223.25)) / 3), 1, 1.75, 3, 78, 300),
                new ColumnStatistics("b", 4, 2.375, data.Features[1].Std, -40.5, -2.625, 10, 15, 30),
            ],
            data.Features);
        Assert.Equal([new ColumnStatistics("y", 4, 2, data.Targets[0].Std, 0.5, 1.25, 2, 2.75, 3.5)], data.Targets);
        Assert.Contains("column 'b' had no value in 1 row, and was filled", Assert.Single(data.Missing), StringComparison.Ordinal);
        Assert.Equal(["scale: -2", "normalize by the training rows"], data.Transforms.Select(transform => transform.Text));
        var scaled = data.Transforms[0].Columns[0];
        Assert.Equal((-153.5, 2 * data.Features[0].Std, -600.0, -2.0), (scaled.Mean, scaled.Std, scaled.Min, scaled.Max));
        Assert.All(data.Transforms[1].Columns, column => Assert.Equal((0, 1.1547), (Math.Round(column.Mean, 6), Math.Round(column.Std!.Value, 4))));
    }

    [Fact]
    public void Images_HaveTheirClassesTheirPixelsAndTheirFirstRows()
    {
        _folder.Idx("images", [4, 2, 2], [.. Enumerable.Range(0, 16).Select(place => (byte)(place * 16))]);
        _folder.Idx("labels", [4], [0, 1, 1, 1]);
        const string Spec = """
            train: { format: idx, images: images, labels: labels, class_names: [cat, dog] }
            test: { format: idx, images: images, labels: labels, class_names: [cat, dog] }
            validation: { fraction: 0.25, take: last }
            transforms: [ { pad: 1 }, { scale: 0.1 } ]
            """;

        var data = Describe(Spec, "cross_entropy", pictures: 2);

        Assert.Equal([new("cat", 1, 0, 1), new ClassBalance("dog", 2, 1, 3)], data.Classes);
        Assert.Empty(data.Targets);
        Assert.Equal(("grey", 48L, 0.0, 176.0), (data.Features[0].Name, data.Features[0].Count, data.Features[0].Min, data.Features[0].Max));
        Assert.Equal(["cat", "dog"], data.Pictures.Select(picture => picture.Target));
        Assert.Equal([0, 0, 0, 0, 0, 64, 80, 0, 0, 96, 112, 0, 0, 0, 0, 0], data.Pictures[1].Pixels);
        Assert.Equal(240, Describe(Spec, "cross_entropy", which: RowSetKind.Validation).Features[0].Max);
        Assert.Equal(17.6, data.Transforms[1].Columns[0].Max, 1e-12);
    }

    [Fact]
    public void RowsThatThereAreNot_AreRefused()
    {
        _folder.Text("rows.csv", "a,y\n1,2\n");

        var refusal = Assert.Throws<DataException>(() => Describe(
            "train: { format: csv, path: rows.csv, features: [a], target: y }", "mean_squared_error", which: RowSetKind.Test));

        Assert.Equal(["The spec has no test rows; say others with --rows."], refusal.Problems);
    }

    [Fact]
    public void Tally_HasThePercentilesOfTheSortedValuesWhateverTheyAre()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 501).Select(_ => random.Next(4) == 0 ? (random.NextSingle() - 0.5f) * 600 : random.Next(-3, 256)).ToList();
        var tally = new ValueTally();
        values.ForEach(tally.Add);

        var told = tally.Of("x");

        values.Sort();
        double[] quartiles = [told.Min, told.LowerQuartile, told.Median, told.UpperQuartile, told.Max];
        Assert.Equal([values[0], values[125], values[250], values[375], values[500]], quartiles);
        Assert.Equal(values.Average(value => (double)value), told.Mean, 1e-9);
    }

    private DataDescription Describe(string data, string loss, int pictures = 0, RowSetKind which = RowSetKind.Train)
    {
        var parsed = SpecParser.Parse(
            $$"""
            name: described
            data:
              {{data.ReplaceLineEndings("\n  ")}}
            model: { layers: [ flatten, { linear: {{(loss == "cross_entropy" ? 2 : 1)}} } ] }
            loss: {{loss}}
            optimizer: { sgd: { learning_rate: 0.1 } }
            batch_size: 1
            """,
            _folder.Path);
        Assert.Empty(parsed.Violations);
        return DataDescriber.Describe(parsed.Spec!, which, pictures, CancellationToken.None);
    }
}
