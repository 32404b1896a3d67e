using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

public sealed class Cifar10DataTests : IDisposable
{
    private const int Record = 3073;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfTwoFiles_GivesTheirRecordsInOrder()
    {
        var (one, two) = (Write("1.bin", [3, 9]), Write("2.bin", [0]));

        var bundle = Load(new([one, two]) { ClassNames = [.. Enumerable.Range(0, 10).Select(place => $"class {place}")] });

        Assert.Equal([3, 32, 32], bundle.Train.Shape);
        var classes = new long[3];
        bundle.Train.GatherClasses([0, 1, 2], classes);
        Assert.Equal([3, 9, 0], classes);
        var features = new float[3072];
        bundle.Train.Gather([1], features);
        Assert.Equal(Enumerable.Range(0, 3072).Select(place => (float)(byte)(place + 9)), features);
        Assert.Equal(2, bundle.Facts.Files.Count);
    }

    [Fact]
    public void Load_OfSomeRows_KeepsTheirPlaces()
    {
        var bundle = Load(new([Write("1.bin", [3, 9, 4])]) { Rows = new(1, 2) });

        Assert.Equal([1, 2], new[] { 0, 1 }.Select(bundle.Train.IdAt));
        var classes = new long[2];
        bundle.Train.GatherClasses([0, 1], classes);
        Assert.Equal([9, 4], classes);
    }

    [Fact]
    public void Load_OfAFileOfAnotherLength_IsRefused()
    {
        var path = Write("1.bin", [1]);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);

        Assert.Contains("has 3072 bytes; a file of CIFAR-10's binary version has one or more records of 3073 bytes", Problem(new([path])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfALabelAbove9_NamesItsByte() =>
        Assert.Contains("record 1, byte 3073: the label is 10; allowed: 0 to 9.", Problem(new([Write("1.bin", [9, 10])])), StringComparison.Ordinal);

    [Fact]
    public void Load_OfFewerNamesThanClasses_IsRefused() =>
        Assert.Contains("has label 2 at row 1, and class_names has 2 names", Problem(new([Write("1.bin", [1, 2])]) { ClassNames = ["a", "b"] }),
            StringComparison.Ordinal);

    [Fact]
    public void Load_OfRowsThatAreNotThere_IsRefused() =>
        Assert.Contains("data.train.rows: 0 to 5 was asked for", Problem(new([Write("1.bin", [1, 2])]) { Rows = new(0, 5) }), StringComparison.Ordinal);

    private static string Problem(SourceSpec.Cifar10 source) => Assert.Single(Assert.Throws<DataException>(() => Load(source)).Problems);

    private static DataBundle Load(SourceSpec.Cifar10 source) =>
        DataLoader.Load(new DataSpec { Train = source }, 1, null, TestContext.Current.CancellationToken);

    private string Write(string name, byte[] labels)
    {
        var path = _folder.At(name);
        File.WriteAllBytes(path,
            [.. labels.SelectMany(label => new[] { label }.Concat(Enumerable.Range(0, Record - 1).Select(place => (byte)(place + label))))]);
        return path;
    }
}
