using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class CsvDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_EnsureColumnsRowsAndIdsAreTheSelectedOnes()
    {
        var path = _folder.Text("table.csv", "x,\"the y\",split,z\r\n1,-2.5,train,9\r\n3,1e1,\"te,st\",8\r\n 5 ,6,train,7\r\n");
        var spec = new DataSpec
        {
            Train = new SourceSpec.Csv(path, ["z", "x"], ["the y"], new Dictionary<string, string> { ["split"] = "train" }),
            Test = new SourceSpec.Csv(path, ["z", "x"], ["the y"], new Dictionary<string, string> { ["split"] = "te,st" }),
            Transforms = [new TransformSpec.Normalize([7, 1], [2, 4])],
        };

        var bundle = DataLoader.Load(spec, 1, null, TestContext.Current.CancellationToken);

        Assert.Equal([2], bundle.Train.Shape);
        Assert.Equal([1f, 0f, 0f, 1f], Features(bundle.Train, [0, 1]));
        Assert.Equal([0, 2], new[] { 0, 1 }.Select(bundle.Train.IdAt));
        Assert.Equal([-2.5f, 6f], Targets(bundle.Train, [0, 1]));
        Assert.Equal([10f], Targets(bundle.Test!, [0]));
        Assert.Equal(1, bundle.Test!.IdAt(0));
        Assert.Single(bundle.Facts.Files);
        Assert.Equal(["z", "x"], bundle.Facts.FeatureNames);
        Assert.Equal(["the y"], bundle.Facts.TargetNames);
        Assert.Equal([8, 3], bundle.Facts.Mean);
        Assert.Equal([1, 2], bundle.Facts.Std);
        Assert.Null(bundle.Train.Classes);
        Assert.Equal($"'{path}' line 2, column 'the y': -2.5 is no class; classes are the whole numbers 0, 1, 2, ... up to 65535", bundle.Facts.NotClasses);
        Assert.Throws<InvalidOperationException>(() => bundle.Train.GatherClasses([0], new long[1]));
    }

    [Fact]
    public void Load_EnsureWholeNumbersCanBeClassesOverAllSources()
    {
        var train = Source(_folder.Text("train.csv", "x,y\n1,0\n2,1\n3,0\n"));
        var test = Source(_folder.Text("test.csv", "x,y\n1,2\n"));

        var bundle = DataLoader.Load(new DataSpec { Train = train, Test = test }, 1, null, TestContext.Current.CancellationToken);

        Assert.Equal((3, 3, 3), (bundle.Facts.Classes, bundle.Train.Classes, bundle.Test!.Classes));
        var classes = new long[2];
        bundle.Train.GatherClasses([1, 2], classes);
        Assert.Equal([1, 0], classes);
    }

    [Fact]
    public void Load_EnsureAValidationFractionWorksOnSelectedRows()
    {
        var text = "x,y,use\n" + string.Concat(Enumerable.Range(0, 20).Select(row => $"{row},{row * 0.5},{row % 2}\n"));
        var source = Source(_folder.Text("table.csv", text)) with { Where = new Dictionary<string, string> { ["use"] = "1" } };

        var bundle = DataLoader.Load(
            new DataSpec { Train = source, Validation = new ValidationSpec.Fraction(0.3) }, 3, null, TestContext.Current.CancellationToken);

        Assert.Equal((7, 3), (bundle.Train.Count, bundle.Validation!.Count));
        foreach (var set in new[] { bundle.Train, bundle.Validation })
        {
            var rows = Enumerable.Range(0, set.Count).ToArray();
            Assert.Equal(rows.Select(row => (float)set.IdAt(row)), Features(set, rows));
            Assert.Equal(rows.Select(row => set.IdAt(row) * 0.5f), Targets(set, rows));
            Assert.All(rows, row => Assert.Equal(1, set.IdAt(row) % 2));
        }
    }

    /// <summary>The same table in the forms that programs write it in.</summary>
    [Theory]
    [InlineData("x,y\n1,0\n2,1\n", "")]
    [InlineData("x,y\n1,0\n2,1", "no last line feed")]
    [InlineData("x,y\r\n1,0\r\n2,1\r\n", "CRLF")]
    [InlineData("x,y\r\n1,0\r\n2,1", "CRLF, none at the end")]
    [InlineData("x,y\r1,0\r2,1\r", "CR")]
    [InlineData("\uFEFFx,y\n1,0\n2,1\n", "byte order mark")]
    [InlineData("\uFEFF\"x\",\"y\"\n\"1\",\"0\"\n\"2\",\"1\"\n", "byte order mark before a quote")]
    [InlineData("x,y\n\n1,0\n\n2,1\n\n\n", "empty lines")]
    [InlineData("x,note,y\n1,\"two\nlines, and a \"\"quote\"\"\",0\n2,\"\",1\n", "quoted cells")]
    [InlineData("x,y\n +1 , 0 \n2.0e0,1.\n", "spaces, signs and exponents")]
    public void Load_EnsureEveryFormOfATableIsRead(string text, string form)
    {
        var bundle = DataLoader.Load(new DataSpec { Train = Source(_folder.Text("table.csv", text)) }, 1, null, TestContext.Current.CancellationToken);

        Assert.True(Features(bundle.Train, [0, 1]) is [1f, 2f] && Targets(bundle.Train, [0, 1]) is [0f, 1f], form);
    }

    /// <summary>The facts are kept as JSON, which has no infinity.</summary>
    [Theory]
    [InlineData("1e200", "-1e200", 1e200)]
    [InlineData("1.7e308", "-1.7e308", 1.7e308)]
    [InlineData("1e300", "1e300", 0)]
    public void Load_EnsureFactsOfHugeNumbersAreFinite(string first, string second, double std)
    {
        var spec = new DataSpec { Train = Source(_folder.Text("huge.csv", $"x,y\n{first},0\n{second},1\n")), Transforms = [new TransformSpec.Scale(1e-290)] };

        var facts = DataLoader.Inspect(spec, 1, TestContext.Current.CancellationToken);

        Assert.InRange(facts.Std[0], std * 0.999999, std * 1.000001);
        Assert.True(double.IsFinite(facts.Mean[0]));
        System.Text.Json.JsonSerializer.Serialize(facts);
    }

    [Fact]
    public void Load_EnsureTheRowOfTheLargestClassIsKnownAndTheClassesThatDoNotOccur()
    {
        var train = _folder.Text("train.csv", "x,y\n1,0\n2,1\n3,4\n");
        var test = _folder.Text("test.csv", "x,y\n1,0\n\n1,7\n1,7\n");

        var facts = DataLoader.Inspect(new DataSpec { Train = Source(train), Test = Source(test) }, 1, TestContext.Current.CancellationToken);

        Assert.Equal(new ClassPlace(7, $"data.test: '{test}' line 4, column 'y'", 2), facts.LargestClass);
        Assert.Equal([2, 3, 5, 6], facts.AbsentClasses);
    }

    private static SourceSpec.Csv Source(string path) => new(path, ["x"], ["y"], new Dictionary<string, string>());

    private static float[] Features(RowSet set, int[] rows)
    {
        var features = new float[rows.Length * set.Width];
        set.Gather(rows, features);
        return features;
    }

    private static float[] Targets(RowSet set, int[] rows)
    {
        var targets = new float[rows.Length];
        set.GatherTargets(rows, targets);
        return targets;
    }
}
