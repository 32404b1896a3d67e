using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests.Unit.Training.Checkpoints;

public sealed class SafetensorsTests
{
    [Fact]
    public void Read_EnsureWhatWasWrittenComesBackInTheSameOrder() =>
        Prop.ForAll(
            Gen.Elements(Enum.GetValues<ArrayType>()).Zip(Gen.Choose(0, 3).ArrayOf()).ArrayOf().Where(each => each.Length < 12).ToArbitrary(),
            shapes =>
            {
                var arrays = shapes.Select((each, index) => Array($"layer {index}.\"weight\" é", each.Item1, each.Item2.Take(4))).ToArray();
                Assert.Equal(arrays.Select(Describe), Read(Write(arrays)).Select(Describe));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_EnsureEveryArrayIsAlignedToItsElementsAndTheDataTo64()
    {
        NamedArray[] arrays = [Array("a", ArrayType.UInt8, [3]), Array("b", ArrayType.Float32, [5]), Array("c", ArrayType.Int64, [2]),
            Array("d", ArrayType.Float16, [1])];

        var file = Write(arrays);

        var length = BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, (8 + length) % 64);
        var header = Encoding.UTF8.GetString(file, 8, (int)length).TrimEnd(' ');
        Assert.Equal(
            "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[38,41]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[16,36]},"
            + "\"c\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]},\"d\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[36,38]}}",
            header);
        Assert.Equal(8 + length + 41, file.Length);
    }

    [Fact]
    public void WeightsHash_EnsureItIsTheSha256OfTheFile()
    {
        NamedArray[] arrays = [Array("w", ArrayType.Float32, [2, 3]), Array("n", ArrayType.Int64, [])];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Write(arrays))), WeightsHash.Of(arrays));
        Assert.NotEqual(WeightsHash.Of(arrays), WeightsHash.Of([arrays[1], arrays[0]]));
        Assert.NotEqual(WeightsHash.Of(arrays), WeightsHash.Of([new NamedArray("w", ArrayType.Float32, [3, 2], arrays[0].Data), arrays[1]]));
    }

    [Fact]
    public void Write_EnsureDuplicateNamesAreRefused() =>
        Assert.Contains(
            "'w' is used twice",
            Assert.Throws<ArgumentException>(() => Write([Array("w", ArrayType.Int8, []), Array("w", ArrayType.Int8, [])])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void NamedArray_EnsureShapeAndBytesMustAgree() =>
        Assert.Contains(
            "'w' (Float32, shape [2, 2]) has 16 bytes, not 12",
            Assert.Throws<ArgumentException>(() => new NamedArray("w", ArrayType.Float32, [2, 2], new byte[12])).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "outside of the 3 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "last 1 bytes of the data belong to no array")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "bytes 0 to 4 of the data belong to no array")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
        "bytes 0 to 4 of the data belong to two arrays")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2,
        "'a' occurs twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "has 8 bytes, not 4")]
    [InlineData("{\"a\":{\"dtype\":\"F8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "'F8'; known are F32")]
    [InlineData("{\"a\":{\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "damaged")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}}", 4, "damaged")]
    [InlineData("{\"a\":", 4, "damaged")]
    [InlineData("[]", 0, "damaged")]
    public void Read_EnsureWhatTheFormatForbidsIsRefused(string header, int data, string message)
    {
        var file = new byte[8 + header.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        Encoding.UTF8.GetBytes(header, file.AsSpan(8));
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EnsureEveryTruncationIsRefused()
    {
        var file = Write([Array("a", ArrayType.Float32, [3])]);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Read(file[..length]));
        }
    }

    internal static NamedArray Array(string name, ArrayType type, IEnumerable<int> shape)
    {
        long[] sizes = [.. shape.Select(size => (long)size)];
        var bytes = new byte[sizes.Aggregate(NamedArray.SizeOf(type), (product, size) => product * size)];
        new Random(name.Length + bytes.Length).NextBytes(bytes);
        return new NamedArray(name, type, sizes, bytes);
    }

    internal static string Describe(NamedArray array) => $"{array.Name} {array.Type} [{string.Join(',', array.Shape)}] {Convert.ToHexString(array.Data.Span)}";

    private static byte[] Write(IReadOnlyList<NamedArray> arrays)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, arrays);
        return stream.ToArray();
    }

    private static IReadOnlyList<NamedArray> Read(byte[] file) => Safetensors.Read(new MemoryStream(file), file.Length);
}
