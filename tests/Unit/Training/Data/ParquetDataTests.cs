using Parquet;
using Parquet.Schema;
using Sheaf.Specs;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Data;

/// <summary>The same table as Parquet and as text is the same rows.</summary>
public sealed class ParquetDataTests : IDisposable
{
    private const string Keys = "features: [size, count, kind, is_new], target: price, where: {split: train}, one_hot: kind, missing: {fill: mean}";

    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-parquet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Load_EnsureTheRowsAreThoseOfTheSameTableAsText()
    {
        await Write();
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "rows.csv"),
            "size,count,kind,is_new,price,split\n0.1,3,a b,1,1.5,train\n,4,\"c,\"\"d\",0,2.5,train\n2.25,,a "
                + "b,1,3.5,train\n9,9,zz,0,9,test\n0.3333333333333333,7,e,0,-4,train\n",
            TestContext.Current.CancellationToken);
        var (parquet, csv) = (Load($"{{format: parquet, path: rows.parquet, {Keys}}}"), Load($"{{format: csv, path: rows.csv, {Keys}}}"));
        Assert.Equal(csv.Facts.FeatureNames, parquet.Facts.FeatureNames);
        Assert.Equal(["size", "count", "kind=a b", "kind=c,\"d", "kind=e", "is_new"], parquet.Facts.FeatureNames);
        Assert.Equal((csv.Facts.Mean, csv.Facts.Std), (parquet.Facts.Mean, parquet.Facts.Std), (one, other) => one.Mean.SequenceEqual(other.Mean)
            && one.Std.SequenceEqual(other.Std));
        Assert.Equal(csv.Facts.MissingValues, parquet.Facts.MissingValues);
        Assert.Equal(Values(csv.Train), Values(parquet.Train));
        Assert.Equal([0, 1, 2, 4], Enumerable.Range(0, 4).Select(parquet.Train.IdAt));
    }

    [Theory]
    [InlineData("features: [siz], target: price", "rows.parquet' has no column 'siz' (asked for by features); did you mean 'size'?")]
    [InlineData("features: [size], target: price", "rows.parquet' row 1, column 'size': is empty; only finite numbers are allowed.")]
    [InlineData("features: [kind], target: price", "rows.parquet' row 0, column 'kind': is 'a b', no number")]
    [InlineData("features: [day], target: price", "rows.parquet' has in the column 'day' values of type DateTime; allowed: numbers, booleans, texts.")]
    public async Task Load_EnsureWhatCannotBeUsedIsToldWithItsRow(string keys, string problem)
    {
        await Write();
        Assert.Contains(
            Assert.Throws<DataException>(() => Load($"{{format: parquet, path: rows.parquet, {keys}}}")).Problems,
            each => each.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(200)]
    [InlineData(-1)]
    public async Task Load_EnsureADamagedFileIsTold(int length)
    {
        await Write();
        var file = Path.Combine(_folder, "rows.parquet");
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, length < 0 ? bytes[..^1] : bytes[..length], TestContext.Current.CancellationToken);
        Assert.Contains(
            Assert.Throws<DataException>(() => Load("{format: parquet, path: rows.parquet, features: [size], target: price}")).Problems,
            each => each.Contains("rows.parquet' cannot be read as Parquet", StringComparison.Ordinal));
    }

    /// <summary>Columns of nothing, files without rows, cells of several lines.</summary>
    [Theory]
    [InlineData("features: [size, gone], target: price", "row 0, column 'gone': is empty; only finite numbers are allowed.")]
    [InlineData("features: [size], target: gone", "row 0, column 'gone': is empty; only finite numbers are allowed.")]
    [InlineData("features: [size, gone], target: price, missing: {fill: mean}", "column 'gone' has no value in any training row; take it out of features.")]
    [InlineData("features: [size, gone], target: price, missing: {fill: drop}",
        "has no row without a missing value: column 'gone' misses 2, column 'size' misses 1.")]
    [InlineData("features: [size, nothing], target: price", "row 0, column 'nothing': is empty; only finite numbers are allowed.")]
    [InlineData("features: [size], target: price, where: {nothing: a}", "has no row where nothing = 'a': nothing has '' (3 rows).")]
    [InlineData("features: [size, lines], target: price, one_hot: lines", "row 2, column 'size': is empty; only finite numbers are allowed.")]
    [InlineData("features: [size], target: price", "rows.parquet' has no rows.", 0)]
    public async Task Load_EnsureColumnsOfNothingAndFilesWithoutRowsAreTold(string keys, string problem, int rows = 3)
    {
        await WriteOdd(rows);

        var told = Assert.Throws<DataException>(() => Load($"{{format: parquet, path: rows.parquet, {keys}}}")).Problems;

        Assert.Contains(told, each => each.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Load_EnsureColumnsOfNothingThatNobodyAsksForAreNoMatter()
    {
        await WriteOdd(rows: 3);

        var rows = Load("{format: parquet, path: rows.parquet, features: [lines, nothing], one_hot: [lines, nothing], target: price}");

        Assert.Equal(["lines=a\nb", "lines=c\r\nd", "lines=e", "nothing="], rows.Facts.FeatureNames);
        Assert.Equal([1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 2, 3], Values(rows.Train));
    }

    [Fact]
    public async Task Load_EnsureAFileWithoutColumnsIsTold()
    {
        // Made by hand, for the library writes none: a schema whose root has no children, no row, no group.
        byte[] footer = [0x15, 2, 0x19, 0x1C, 0x48, 6, .. "schema"u8, 0x15, 0, 0, 0x16, 0, 0x19, 0x0C, 0];
        await File.WriteAllBytesAsync(
            Path.Combine(_folder, "rows.parquet"), [.. "PAR1"u8, .. footer, (byte)footer.Length, 0, 0, 0, .. "PAR1"u8], TestContext.Current.CancellationToken);

        var told = Assert.Throws<DataException>(() => Load("{format: parquet, path: rows.parquet, features: [size], target: price}")).Problems;

        Assert.EndsWith("rows.parquet' has no columns.", Assert.Single(told), StringComparison.Ordinal);
    }

    private static float[] Values(RowSet rows)
    {
        var values = new float[rows.Count * (rows.Width + 1)];
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        rows.Gather(all, values.AsSpan(0, rows.Count * rows.Width));
        rows.GatherTargets(all, values.AsSpan(rows.Count * rows.Width));
        return values;
    }

    private DataBundle Load(string source)
    {
        var parsed = SpecParser.Parse(
            $"name: a\ndata: {{train: {source}}}\nmodel: {{layers: [{{linear: 1}}]}}\nloss: mean_squared_error\noptimizer: {{sgd: {{learning_rate: "
                + $"0.1}}}}\nbatch_size: all\n", _folder);
        Assert.Empty(parsed.Violations);
        return DataLoader.Load(parsed.Spec!.Data, 1, null, TestContext.Current.CancellationToken);
    }

    /// <summary>The last size is missing; gone and nothing have no value at all.</summary>
    private async Task WriteOdd(int rows)
    {
        DataField[] fields =
        [
            new DataField<double?>("size"), new DataField<float>("price"), new DataField<double?>("gone"), new DataField<string>("nothing"),
            new DataField<string>("lines"),
        ];
        await using var file = File.Create(Path.Combine(_folder, "rows.parquet"));
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file, cancellationToken: TestContext.Current.CancellationToken);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync<double>(fields[0], new double?[] { 1, 2, null }[..rows].AsMemory());
        await group.WriteAsync<float>(fields[1], new float[] { 1, 2, 3 }[..rows].AsMemory());
        await group.WriteAsync<double>(fields[2], new double?[rows].AsMemory());
        await group.WriteAsync(fields[3], new string[rows]);
        await group.WriteAsync(fields[4], new[] { "a\nb", "c\r\nd", "e" }[..rows]);
    }

    private async Task Write()
    {
        DataField[] fields =
        [
            new DataField<double?>("size"), new DataField<int?>("count"), new DataField<string>("kind"), new DataField<bool>("is_new"),
                new DataField<float>("price"),
            new DataField<string>("split"), new DataField<DateTime>("day"),
        ];
        await using var file = File.Create(Path.Combine(_folder, "rows.parquet"));
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file, cancellationToken: TestContext.Current.CancellationToken);
        await Group(writer, fields, [0.1, null, 2.25], [3, 4, null], ["a b", "c,\"d", "a b"], [true, false, true], [1.5f, 2.5f, 3.5f], ["train", "train",
            "train"]);
        await Group(writer, fields, [9, 1 / 3.0], [9, 7], ["zz", "e"], [false, false], [9, -4], ["test", "train"]);
    }

    private static async Task Group(
        ParquetWriter writer, DataField[] fields, double?[] sizes, int?[] counts, string[] kinds, bool[] isNew, float[] prices, string[] splits)
    {
        using var group = writer.CreateRowGroup();
        await group.WriteAsync<double>(fields[0], sizes.AsMemory());
        await group.WriteAsync<int>(fields[1], counts.AsMemory());
        await group.WriteAsync(fields[2], kinds);
        await group.WriteAsync<bool>(fields[3], isNew.AsMemory());
        await group.WriteAsync<float>(fields[4], prices.AsMemory());
        await group.WriteAsync(fields[5], splits);
        await group.WriteAsync<DateTime>(fields[6], Enumerable.Repeat(new DateTime(2026, 12, 1), sizes.Length).ToArray().AsMemory());
    }
}
