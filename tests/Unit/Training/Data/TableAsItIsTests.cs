using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

/// <summary>
/// Tables as they come: other delimiters, no header, comments, missing values, categories, several targets. From the spec's text to the numbers.
/// </summary>
public sealed class TableAsItIsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The same three rows in the dialects of several programs.</summary>
    [Theory]
    [InlineData("x,y\n1,0.5\n-2,1\n3e2,4\n", "")]
    [InlineData("x;y\n1;0,5\n-2;1\n3e2;4,0\n", "delimiter: semicolon, decimal: comma")]
    [InlineData("x\ty\n1\t0.5\n-2\t1\n3e2\t4\n", "delimiter: tab")]
    [InlineData("x|y\n1|0.5\n-2|1\n3e2|4\n", "delimiter: pipe")]
    [InlineData("  x   y\n1  0.5  \n  -2\t1\n3e2 4\n", "delimiter: space")]
    [InlineData("1,0.5\n-2,1\n3e2,4\n", "columns: [x, y]")]
    [InlineData("# made by hand\nx,y # the columns\n1,0.5\n# a row is left out\n-2,1\n3e2,4\n", "comment: hash")]
    [InlineData("1.  0.5\t\"first, row\"\n-2  1\t'second'\n3e2 4\n", "delimiter: space, comment: tab, columns: [x, y]")]
    [InlineData("x name y\n1  \"two  words # here\"  0.5\n-2 \"#\" 1 # a comment\n3e2 z 4\n", "delimiter: space, comment: hash")]
    [InlineData("x,y\n9,9\n1,0.5\n-2,1\n3e2,4\n9,9\n", "rows: {from: 1, to: 3}")]
    [InlineData("x,y\n1,0.5\n,7\n-2,1\n3e2,4\n5,?\n", "missing: {marks: \"?\"}")]
    public void Load_OfOneTableInManyDialects_GivesTheSameNumbers(string text, string options)
    {
        var path = _folder.Text("table.csv", text);

        var rows = Load($"{{format: csv, path: {path}, features: [x], target: y{Comma(options)}}}").Train;

        Assert.Equal([1f, -2f, 300f], Features(rows));
        Assert.Equal([0.5f, 1f, 4f], Targets(rows));
    }

    [Theory]
    [InlineData("x;y\n1,5;2,5\n", "delimiter: semicolon", "line 2, column 'x': is '1,5', no number; only finite numbers are allowed.")]
    [InlineData("x;y\n1.5;2\n", "delimiter: semicolon, decimal: comma", "line 2, column 'x': is '1.5', no number; only finite numbers with a decimal comma")]
    [InlineData("1,2\n3\n", "columns: [x, y]", "line 2: has 1 cells; columns has 2.")]
    [InlineData("x,y\n1,2\n", "rows: {to: 1}", "has 1 rows, 0 to 0; rows asks for 0 to 1.")]
    [InlineData("x,y\n?,2\n,3\n", "missing: {marks: \"?\"}", "has no row without a missing value: column 'x' misses 2.")]
    [InlineData("x,y\n?,2\n,3\n", "missing: {marks: \"?\", fill: mean}", "column 'x' has no value in any training row; take it out of features.")]
    [InlineData("x,y\n1,cat\n1,dogg\n", "class_names: [cat, dog]", "line 3, column 'y': 'dogg' is none of class_names; did you mean 'dog'?")]
    public void Load_OfATableThatIsNotAsTheSpecSays_NamesThePlaceAndTheFix(string text, string options, string problem)
    {
        var path = _folder.Text("table.csv", text);

        var failure = Assert.Throws<DataException>(() => Load($"{{format: csv, path: {path}, features: [x], target: y{Comma(options)}}}"));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>What fills a cell is learned from the rows that are trained on, and from no other.</summary>
    [Theory]
    [InlineData("mean", 7f / 3)]
    [InlineData("median", 2f)]
    [InlineData("-1", -1f)]
    public void Load_WithAFill_TakesItFromTheTrainingRowsAndCountsTheCells(string fill, float expected)
    {
        var path = _folder.Text("table.csv", "x,y\n1,0\n2,0\nNA,0\n4,0\n100,0\n,0\n");

        var bundle = Load(
            $"{{format: csv, path: {path}, features: [x], target: y, missing: {{marks: [NA], fill: {fill}}}}}", validation: "{fraction: 0.34, take: last}");

        Assert.Equal([1f, 2f, expected, 4f], Features(bundle.Train));
        Assert.Equal([100f, expected], Features(bundle.Validation!));
        Assert.Equal(["data.train: column 'x' had no value in 2 rows, and was filled."], bundle.Facts.MissingValues);
    }

    [Fact]
    public void Load_OfRowsWithoutATarget_LeavesThemOutAndSaysHowMany()
    {
        var path = _folder.Text("table.csv", "x,y\n1,1\n2,\n3,3\n,4\n");

        var bundle = Load($"{{format: csv, path: {path}, features: [x], target: y, missing: {{fill: 0}}}}");

        Assert.Equal([1f, 3f, 4f], Targets(bundle.Train));
        Assert.Equal([0, 2, 3], Enumerable.Range(0, 3).Select(bundle.Train.IdAt));
        Assert.Equal(
            [
                "data.train: 1 row left out, as column 'y' has no value there.",
                "data.train: column 'x' had no value in 1 row, and was filled.",
            ],
            bundle.Facts.MissingValues);
    }

    [Fact]
    public void Load_OfCategories_MakesAColumnOfEachTextOfTheTrainingRowsInTheirOrder()
    {
        var train = _folder.Text("train.csv", "c,x,size,y\nred,1,10,0\nblue,2,9,0\nred,3,9,0\n");
        var test = _folder.Text("test.csv", "c,x,size,y\namber,4,10,0\nblue,5,9,0\n");
        const string Columns = "features: [c, x, size], target: y, one_hot: [c, size]";

        var bundle = Load($"{{format: csv, path: {train}, {Columns}}}", test: $"{{format: csv, path: {test}, {Columns}, unseen: zeros}}");

        Assert.Equal(["c=blue", "c=red", "x", "size=9", "size=10"], bundle.Facts.FeatureNames);
        Assert.Equal([5], bundle.Train.Shape);
        Assert.Equal([0f, 1f, 1f, 0f, 1f, 1f, 0f, 2f, 1f, 0f, 0f, 1f, 3f, 1f, 0f], Features(bundle.Train));
        Assert.Equal([0f, 0f, 4f, 0f, 1f, 1f, 0f, 5f, 1f, 0f], Features(bundle.Test!));
    }

    /// <summary>Numbers go on from column to column; what normalize divides are the other columns.</summary>
    [Fact]
    public void Load_OfIndexedCategories_NumbersTheTextsOfTheTrainingRowsInTheirOrder()
    {
        var train = _folder.Text("train.csv", "c,x,size,y\nred,1,10,0\nblue,3,9,0\nred,1,9,0\nred,3,9,0\n");
        var test = _folder.Text("test.csv", "c,x,size,y\namber,5,10,0\nblue,1,9,0\n");
        const string Columns = "features: [c, x, size], target: y, index: [c, size]";

        var bundle = Load(
            $"{{format: csv, path: {train}, {Columns}}}", test: $"{{format: csv, path: {test}, {Columns}, unseen: zeros}}", transforms: "[normalize]");

        Assert.Equal(["c", "x", "size"], bundle.Facts.FeatureNames);
        Assert.Equal([1f, -1f, 3f, 0f, 1f, 2f, 1f, -1f, 2f, 1f, 1f, 2f], Features(bundle.Train));
        Assert.Equal([4f, 3f, 3f, 0f, -1f, 2f], Features(bundle.Test!));
    }

    [Fact]
    public void Load_OfAnIndexedCategoryThatNoTrainingRowHas_IsRefusedWithItsRow()
    {
        var train = _folder.Text("train.csv", "c,y\nred,0\nblue,0\n");
        var test = _folder.Text("test.csv", "c,y\nblue,0\namber,0\n");
        const string Columns = "features: [c], target: y, index: c";

        var failure = Assert.Throws<DataException>(() =>
            Load($"{{format: csv, path: {train}, {Columns}}}", test: $"{{format: csv, path: {test}, {Columns}}}"));

        Assert.Contains("line 3, column 'c': no training row has the category 'amber'", Assert.Single(failure.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one_hot", "data.test: the feature 'c' is one_hot in one of data.test and data.train only; say it in both.")]
    [InlineData("index", null)]
    public void Load_OfSourcesWhoseCategoriesBecomeOtherThings_IsRefused(string how, string? problem)
    {
        var path = _folder.Text("table.csv", "c,y\nred,0\nblue,0\n");
        const string Columns = "features: [c], target: y";

        var failure = Record.Exception(
            () => Load($"{{format: csv, path: {path}, {Columns}, index: c}}", test: $"{{format: csv, path: {path}, {Columns}, {how}: c}}"));

        Assert.Equal(problem is null, failure is null);
        Assert.Contains(problem ?? "", failure?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfATransformThatWouldChangeIndexedCategories_IsRefused() => Assert.Contains(
        Parse("{format: csv, path: /x.csv, features: [x], target: y, index: x}", "", "", "[normalize, {scale: 2}]").Violations,
        violation => violation is { Key: "data.transforms.1" } && violation.Message.Contains("index makes whole numbers", StringComparison.Ordinal));

    [Fact]
    public void Load_OfACategoryThatNoTrainingRowHas_IsRefusedWithItsRow()
    {
        var train = _folder.Text("train.csv", "c,y\nred,0\nblue,0\n");
        var test = _folder.Text("test.csv", "c,y\nblue,0\namber,0\namber,0\n");
        const string Columns = "features: [c], target: y, one_hot: c";

        var failure = Assert.Throws<DataException>(() =>
            Load($"{{format: csv, path: {train}, {Columns}}}", test: $"{{format: csv, path: {test}, {Columns}}}"));

        Assert.Equal(
            $"data.test: '{test}' line 3, column 'c': no training row has the category 'amber'; they have 'blue', 'red'. Correct it, or set unseen: zeros.",
            Assert.Single(failure.Problems));
    }

    [Theory]
    [InlineData("", "fill: mean",
        "data.test: its cells without a value would be filled by mean, and those of data.train are not; say the same fill in both, or drop here.")]
    [InlineData("missing: {fill: mean}, ", "fill: 0",
        "data.test: its cells without a value would be filled by 0, and those of data.train are not; say the same fill in both, or drop here.")]
    [InlineData("missing: {fill: mean}, ", "fill: drop", null)]
    public void Load_OfSourcesThatAreFilledDifferently_IsRefused(string train, string test, string? problem)
    {
        var path = _folder.Text("table.csv", "x,y\n1,0\n,0\n4,0\n");
        var rows = _folder.Text("rows.csv", "x,y\n1,0\n2,0\n");

        var failure = Record.Exception(() => Load(
            $"{{format: csv, path: {rows}, {train}features: [x], target: y}}",
                test: $"{{format: csv, path: {path}, features: [x], target: y, missing: {{{test}}}}}"));

        Assert.Equal(problem, failure is DataException refused ? Assert.Single(refused.Problems) : failure?.ToString());
    }

    [Fact]
    public void Load_OfSeveralTargets_GathersThemRowByRow()
    {
        var path = _folder.Text("table.csv", "a,b,x\n1,2,3\n4,5,6\n");

        var bundle = Load($"{{format: csv, path: {path}, features: [x], target: [b, a]}}");

        Assert.Equal(2, bundle.Train.TargetWidth);
        Assert.Equal([2f, 1f, 5f, 4f], Targets(bundle.Train));
        Assert.Equal(["b", "a"], bundle.Facts.TargetNames);
        Assert.Null(bundle.Facts.Classes);
    }

    [Fact]
    public void Load_OfClassesByName_NumbersThemInTheOrderOfTheSpec()
    {
        var path = _folder.Text("table.csv", "x,y\n1,dog\n2,cat\n3,1\n");

        var bundle = Load($"{{format: csv, path: {path}, features: [x], target: y, class_names: [cat, dog, cow]}}");

        Assert.Equal([1f, 0f, 1f], Targets(bundle.Train));
        Assert.Equal((3, 3), (bundle.Facts.Classes, bundle.Facts.ClassNames.Count));
    }

    /// <summary>Windows-1252 has a euro sign where Latin-1 has none; a byte order mark of Unicode comes before what the spec says.</summary>
    [Theory]
    [InlineData("windows1252", new byte[] { 0x80, (byte)'x', (byte)',', (byte)'y', (byte)'\n', (byte)'1', (byte)',', (byte)'2', (byte)'\n' }, "€x")]
    [InlineData("latin1", new byte[] { 0xE4, (byte)'x', (byte)',', (byte)'y', (byte)'\n', (byte)'1', (byte)',', (byte)'2', (byte)'\n' }, "äx")]
    [InlineData("utf8", new byte[] { 0xEF, 0xBB, 0xBF, (byte)'x', (byte)',', (byte)'y', (byte)'\n', (byte)'1', (byte)',', (byte)'2', (byte)'\n' }, "x")]
    public void Load_OfOtherEncodings_FindsTheColumnByItsName(string encoding, byte[] file, string column)
    {
        var path = _folder.At("table.csv");
        File.WriteAllBytes(path, file);

        var bundle = Load($"{{format: csv, path: {path}, features: [{column}], target: y, encoding: {encoding}}}");

        Assert.Equal([1f], Features(bundle.Train));
    }

    /// <summary>As NumPy's mean and std(ddof=correction) of the rows that are trained on.</summary>
    [Theory]
    [InlineData("normalize", 1.5811388300841898)]
    [InlineData("normalize: {correction: 1}", 1.8257418583505538)]
    public void Load_WithNormalizeAlone_TakesMeanAndDeviationOfTheTrainingRows(string normalize, double deviation)
    {
        var path = _folder.Text("table.csv", "x,y\n1,0\n2,0\n4,0\n5,0\n100,0\n");

        var bundle = Load(
            $"{{format: csv, path: {path}, features: [x], target: y}}", validation: "{fraction: 0.2, take: last}",
                transforms: $"[{{scale: -2}}, {Item(normalize)}]");

        Assert.Equal(new[] { 1.0, 2, 4, 5 }.Select(x => (float)((-2 * (x - 3)) / (2 * deviation))), Features(bundle.Train),
            (one, other) => Math.Abs(one - other) < 1e-6);
        Assert.Equal((float)(-2 * 97 / (2 * deviation)), Features(bundle.Validation!)[0], 1e-4);
    }

    [Fact]
    public void Load_WithNormalizeOfAColumnThatNeverChanges_NamesTheColumn()
    {
        var path = _folder.Text("table.csv", "x,z,y\n1,7,0\n2,7,0\n");

        var failure = Assert.Throws<DataException>(() => Load($"{{format: csv, path: {path}, features: [x, z], target: y}}", transforms: "[normalize]"));

        Assert.Contains("the column 'z' has the standard deviation 0 over the training rows", Assert.Single(failure.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithAStratifiedShare_TakesTheShareOfEveryClass()
    {
        var path = _folder.Text("table.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 100).Select(row => $"{row},{(row < 90 ? 0 : 1)}\n")));

        var bundle = Load($"{{format: csv, path: {path}, features: [x], target: y}}", validation: "{fraction: 0.2, take: stratified}");

        Assert.Equal((80, 20), (bundle.Train.Count, bundle.Validation!.Count));
        Assert.Equal(2, Targets(bundle.Validation).Count(target => target == 1));
        Assert.Equal(100, Features(bundle.Train).Concat(Features(bundle.Validation)).Distinct().Count());
    }

    [Theory]
    [InlineData("one_hot: [z]", "the column \"z\" is no feature")]
    [InlineData("index: [z]", "the column \"z\" is no feature")]
    [InlineData("index: [x], one_hot: [x]", "the column \"x\" is in one_hot as well")]
    [InlineData("rows: {from: 3, to: 2}", "the first row, 3, comes after the last, 2")]
    [InlineData("decimal: comma", "a comma cannot stand between cells and inside numbers")]
    [InlineData("delimiter: tab, comment: tab", "a tab cannot stand between cells and begin a comment")]
    [InlineData("delimiter: \",\"", "unknown name \",\"")]
    [InlineData("missing: {fill: zero}", "\"zero\" is no way to fill a cell; allowed: drop, mean, median, or any finite number")]
    public void Parse_OfOptionsThatCannotWork_SaysWhy(string options, string message) =>
        Assert.Contains(
            Parse($"{{format: csv, path: /x.csv, features: [x], target: y, {options}}}", "", "", "[]").Violations,
            violation => violation.Message.Contains(message, StringComparison.Ordinal));

    private static string Comma(string options) => options.Length == 0 ? "" : ", " + options;

    private static string Item(string transform) => transform.Contains(':', StringComparison.Ordinal) ? $"{{{transform}}}" : transform;

    private static SpecResult Parse(string train, string validation, string test, string transforms) => SpecParser.Parse(
        $"""
        name: table
        data:
          train: {train}
        {(validation.Length > 0 ? $"  validation: {validation}" : "")}
        {(test.Length > 0 ? $"  test: {test}" : "")}
          transforms: {transforms}
        model: {"{layers: [{linear: 2}, {linear: 1}]}"}
        loss: mean_squared_error
        optimizer: adam
        batch_size: all
        """,
        "/");

    private static DataBundle Load(string train, string validation = "", string test = "", string transforms = "[]")
    {
        // The loader is asked about targets that the model of these texts does not fit.
        var result = Parse(train.Replace("target: [b, a]", "target: [b]", StringComparison.Ordinal), validation, test, transforms);
        Assert.Empty(result.Violations);
        var data = result.Spec!.Data;
        if (train.Contains("target: [b, a]", StringComparison.Ordinal))
        {
            data = data with { Train = (SourceSpec.Csv)data.Train with { Targets = ["b", "a"] } };
        }

        return DataLoader.Load(data, 42, null, TestContext.Current.CancellationToken);
    }

    private static float[] Features(RowSet set)
    {
        var features = new float[set.Count * set.Width];
        set.Gather([.. Enumerable.Range(0, set.Count)], features);
        return features;
    }

    private static float[] Targets(RowSet set)
    {
        var targets = new float[set.Count * set.TargetWidth];
        set.GatherTargets([.. Enumerable.Range(0, set.Count)], targets);
        return targets;
    }
}
