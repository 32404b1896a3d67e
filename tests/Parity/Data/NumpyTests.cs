using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Parity.Data;

/// <summary>Arrays that NumPy itself has saved.</summary>
public sealed class NumpyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-arrays-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Load_EnsureEveryTypeHasNumpysNumbers()
    {
        var said = await Python.RunAsync("Data/arrays.py", new { folder = _folder });
        foreach (var type in said.GetProperty("types").EnumerateArray().Select(each => each.GetString()!))
        {
            var expected = said.GetProperty(type == "b1" ? "one" : "base").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value =>
                value.GetSingle());
            Assert.Equal(expected, Values(Load($"{type}.npy", "classes.npy").Train));
        }

        Assert.Equal([2, 3, 3], Load("images.npy", "classes.npy").Train.Shape);
        Assert.Equal([1, 3, 3], Load("grey.npy", "classes.npy").Train.Shape);
        Assert.Equal(3, Load("f4.npy", "classes.npy").Facts.Classes);
        var numbers = Load("old.npy", "numbers.npy");
        Assert.Equal((2, null), (numbers.Facts.TargetWidth, numbers.Facts.Classes));
        var targets = new float[12];
        numbers.Train.GatherTargets([0, 1, 2, 3, 4, 5], targets);
        Assert.Equal(said.GetProperty("numbers").EnumerateArray().Select(value => value.GetSingle()), targets);
        foreach (var (archive, classes) in new[] { ("both.npz", (int?)null), ("small.npz", 2) })
        {
            var bundle = Load($"{archive}#x", $"{archive}#y");
            Assert.Equal(classes, bundle.Facts.Classes);
            Assert.Single(bundle.Facts.Files);
            Assert.Equal(24, Values(bundle.Train).Length);
        }
    }

    [Theory]
    [InlineData("fortran.npy", "classes.npy", "fortran.npy' has its columns one after the other (fortran_order); save numpy.ascontiguousarray(a).")]
    [InlineData("objects.npy", "classes.npy", "objects.npy' has the type '|O'; allowed: floats of 16, 32 and 64 bits, integers, booleans")]
    [InlineData("text.npy", "classes.npy", "text.npy' has the type '<U1'")]
    [InlineData("nan.npy", "classes.npy", "nan.npy' row 1 has NaN at place 0; finite numbers")]
    [InlineData("both.npz#z", "classes.npy", "both.npz' has no array 'z'; it has x, y.")]
    [InlineData("both.npz", "classes.npy", "both.npz' is no array of NumPy's: it does not begin with")]
    [InlineData("f4.npy#x", "classes.npy", "f4.npy#x' does not exist")]
    [InlineData("f4.npy", "images.npy", "images.npy' has the shape (6, 2, 3, 3); allowed: (n) or (n, targets)")]
    [InlineData("short.npy", "classes.npy", "short.npy' has 90 bytes of numbers; its shape (6, 4) of '<f4' needs 96.")]
    [InlineData("head.npy", "classes.npy", "head.npy' ends before its array does.")]
    public async Task Load_EnsureWhatCannotBeReadIsToldByName(string features, string target, string problem)
    {
        await Python.RunAsync("Data/arrays.py", new { folder = _folder });
        var whole = await File.ReadAllBytesAsync(At("f4.npy"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(At("short.npy"), whole[..^6], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(At("head.npy"), whole[..40], TestContext.Current.CancellationToken);
        Assert.Contains(Assert.Throws<DataException>(() => Load(features, target)).Problems, each => each.Contains(problem, StringComparison.Ordinal));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private DataBundle Load(string features, string target) => DataLoader.Load(
        new DataSpec { Train = new SourceSpec.Numpy(At(features), At(target)) }, 1, null, TestContext.Current.CancellationToken);

    private static float[] Values(RowSet rows)
    {
        var values = new float[rows.Count * rows.Width];
        rows.Gather([.. Enumerable.Range(0, rows.Count)], values);
        return values;
    }
}
