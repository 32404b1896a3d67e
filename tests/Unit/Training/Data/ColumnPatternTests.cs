using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class ColumnPatternTests : IDisposable
{
    private const string Table = "id,x2,x1,name,w*,split,y\n1,2,3,a,4,train,5\n6,7,8,b,9,train,10\n11,12,13,c,14,test,15\n16,17,18,d,19,train,20\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("features: \"x*\"", "x2 x1", "2 3 7 8 17 18")]
    [InlineData("features: [x1, \"x?\", \"w*\"]", "x1 x2 w*", "3 2 4 8 7 9 18 17 19")]
    [InlineData("features: \"*\", except: [id, name]", "x2 x1 w*", "2 3 4 7 8 9 17 18 19")]
    [InlineData("features: \"*\", except: [\"n*\", \"i?\"], one_hot: []", "x2 x1 w*", "2 3 4 7 8 9 17 18 19")]
    public void Load_PatternsStandForColumnsInTheOrderOfTheFile(string options, string names, string numbers)
    {
        var bundle = Load($"{options}, where: {{split: train}}");

        Assert.Equal(names.Split(' '), bundle.Facts.FeatureNames);
        Assert.Equal(names.Split(' '), bundle.Facts.FeatureColumns);
        Assert.Equal(numbers.Split(' ').Select(float.Parse), Features(bundle.Train));
    }

    [Fact]
    public void Load_CategoriesMayBeAmongThem()
    {
        var bundle = Load("features: \"*\", except: [id, \"w*\", \"x?\"], one_hot: name, where: {split: train}");

        Assert.Equal(["name=a", "name=b", "name=d"], bundle.Facts.FeatureNames);
        Assert.Equal(["name"], bundle.Facts.FeatureColumns);
    }

    [Theory]
    [InlineData("features: \"z*\"", "has no column like 'z*' (asked for by features). Its columns are 'id', 'x2', 'x1', 'name', 'w*', 'split', 'y'.")]
    [InlineData("features: \"x*\", one_hot: name", "has no feature 'name' (asked for by one_hot); name it in features, or take it out of except.")]
    [InlineData("features: \"*\", except: id", "line 2, column 'name': is 'a', no number; only finite numbers are allowed.")]
    public void Load_WhatPatternsCannotMeanIsSaid(string options, string problem) => Assert.Contains(
        problem, Assert.Throws<DataException>(() => Load(options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_OtherColumnsInAnotherSourceAreRefused()
    {
        var other = _folder.Text("other.csv", Table.Replace("x2,", "x3,", StringComparison.Ordinal));
        var failure = Assert.Throws<DataException>(() => Load("features: \"x*\"", $"{{format: csv, path: {other}, features: \"x*\", target: y}}"));

        Assert.Equal(
            "data.test: the patterns in features stand for other columns than in data.train ('x3', 'x2'); name the columns, or leave these out with except.",
            Assert.Single(failure.Problems));
    }

    [Theory]
    [InlineData("{from: 0, to: 0.5}", "0 1")]
    [InlineData("{from: 0.5}", "2 3")]
    [InlineData("{from: 0.3, to: 0.8}", "1 2")]
    public void Load_AShareIsOfTheRowsOfTheFile(string share, string ids)
    {
        var rows = Load($"features: [x1], share: {share}").Train;

        Assert.Equal(ids.Split(' ').Select(int.Parse), Enumerable.Range(0, rows.Count).Select(rows.IdAt));
        Assert.Equal(ids.Split(' ').Select(id => 3f + (5 * int.Parse(id))), Features(rows));
    }

    [Fact]
    public void Load_OnlyRowsOfTheShareAreCountedAsLeftOut()
    {
        var path = _folder.Text("gaps.csv", "x,y\n,1\n2,2\n,3\n4,4\n");
        var facts = Load("features: [x], missing: {}, share: {from: 0.5}", path: path).Facts;

        Assert.Equal("data.train: 1 row left out, as column 'x' has no value there.", Assert.Single(facts.MissingValues));
        Assert.Equal(1, facts.TrainCount);
    }

    [Fact]
    public void Load_AShareWithoutARowIsRefused()
    {
        Assert.Contains(
            "has 4 rows, and none of them is in this share; widen it.",
            Assert.Throws<DataException>(() => Load("features: [x1], share: {from: 0, to: 0.1}")).Message, StringComparison.Ordinal);
        var images = _folder.Idx("i", [3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        var labels = _folder.Idx("l", [3], [0, 1, 1]);
        var shared = Load(new SourceSpec.Idx(images, labels) { Share = new(0.4, 1) });
        Assert.Equal((2, 1), (shared.Train.Count, shared.Train.IdAt(0)));
        Assert.Contains(
            $"data.train.share: '{labels}' has 3 rows, and none of them is in this share",
            Assert.Throws<DataException>(() => Load(new SourceSpec.Idx(images, labels) { Share = new(0, 0.1) })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("features: [x1], except: [id]", "leaves out what a pattern stands for")]
    [InlineData("features: [x1], rows: {to: 1}, share: {to: 0.5}", "rows and a share of them exclude each other")]
    [InlineData("features: [x1], share: {from: 0.5, to: 0.5}", "the share from 0.5 to 0.5 is empty")]
    public void Parse_WhatSharesAndPatternsExcludeIsRefused(string options, string problem) =>
        Assert.Contains(problem, Assert.Single(Parse(options, "", "/t.csv").Violations).Message, StringComparison.Ordinal);

    private static SpecResult Parse(string options, string test, string path) => SpecParser.Parse(
        $$"""
        name: t
        data:
          train: {format: csv, path: {{path}}, target: y, {{options}}}
          {{(test.Length > 0 ? $"test: {test}" : "")}}
        model: {layers: [{linear: 1}]}
        loss: mean_squared_error
        optimizer: adam
        batch_size: all
        """,
        "/");

    private DataBundle Load(string options, string test = "", string? path = null)
    {
        var result = Parse(options, test, path ?? _folder.Text("t.csv", Table));
        Assert.Empty(result.Violations);
        return DataLoader.Load(result.Spec!.Data, 42, null, TestContext.Current.CancellationToken);
    }

    private static DataBundle Load(SourceSpec source) => DataLoader.Load(new() { Train = source }, 1, null, TestContext.Current.CancellationToken);

    private static float[] Features(RowSet set)
    {
        var features = new float[set.Count * set.Width];
        set.Gather([.. Enumerable.Range(0, set.Count)], features);
        return features;
    }
}
