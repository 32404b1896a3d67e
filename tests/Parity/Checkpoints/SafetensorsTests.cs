using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sheaf.Training.Checkpoints;
using PyBridge = TorchSharp.PyBridge.Safetensors;

namespace Sheaf.Tests.Parity.Checkpoints;

/// <summary>A checkpoint's arrays, read by programs that share no code with Sheaf.</summary>
public sealed class SafetensorsTests : IDisposable
{
    private static readonly NamedArray[] Arrays =
    [
        Array("conv.weight", ArrayType.Float32, [3, 1, 2, 2], [1f, -2.5f, 3e-39f, 0.1f, 5f, 6f, 7f, 8f, 9f, 10f, 11f, -0f]),
        Array("bn.num_batches_tracked", ArrayType.Int64, [], [1L << 40]),
        Array("half", ArrayType.Float16, [3], [(Half)1.5f, (Half)(-2f), (Half)0.25f]),
        Array("double", ArrayType.Float64, [2], [0.1, Math.PI]),
        Array("int", ArrayType.Int32, [2], [int.MinValue, 7]),
        Array("short", ArrayType.Int16, [1], [(short)-3]),
        Array("bytes", ArrayType.UInt8, [5], [(byte)0, (byte)255, (byte)3, (byte)4, (byte)5]),
        Array("signed", ArrayType.Int8, [1], [(sbyte)-1]),
        Array("mask", ArrayType.Bool, [2], [(byte)1, (byte)0]),
        Array("brain", ArrayType.BFloat16, [2], [(ushort)0x3FC0, (ushort)0xC000]),
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("sheaf-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task PyTorch_SeesTheSameBitsShapesAndTypes()
    {
        var read = await Python.RunAsync("Checkpoints/read_safetensors.py", await WriteAsync());

        Assert.Equal(Arrays.Select(array => array.Name), read.EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()));
        Assert.Equal(
            ["float32", "int64", "float16", "float64", "int32", "int16", "uint8", "int8", "bool", "bfloat16"],
            read.EnumerateArray().Select(tensor => tensor.GetProperty("dtype").GetString()));
        Assert.All(read.EnumerateArray().Zip(Arrays), pair =>
        {
            Assert.Equal(pair.Second.Shape, pair.First.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64()));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(pair.Second.Data.Span)), pair.First.GetProperty("sha256").GetString());
        });
        double[] sums = [54.6, 1L << 40, -0.25, 0.1 + Math.PI, int.MinValue + 7.0, -3, 267, -1, 1, -0.5];
        Assert.All(read.EnumerateArray().Zip(sums), pair => Assert.Equal(pair.Second, pair.First.GetProperty("sum").GetDouble(), 1e-6));
    }

    [Fact]
    public async Task PyBridge_SeesTheSameBitsAndShapes()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var read = PyBridge.LoadStateDict(await WriteAsync());

        Assert.Equal(Arrays.Select(array => array.Name).Order(), read.Keys.Order());
        Assert.All(Arrays, array =>
        {
            Assert.Equal(array.Shape, read[array.Name].shape);
            Assert.Equal(array.Data.ToArray(), read[array.Name].bytes.ToArray());
        });
    }

    private async Task<string> WriteAsync()
    {
        var snapshot = new CheckpointSnapshot { Step = 1, Generation = 1, Weights = Arrays, Optimizer = [], SpecYaml = "", Fingerprint = "" };
        var record = await new DirectoryCheckpointStore(_root, TimeProvider.System).WriteAsync(
            "parity", snapshot, cancel: TestContext.Current.CancellationToken);
        return Path.Combine(record.Path, "weights.safetensors");
    }

    private static NamedArray Array<T>(string name, ArrayType type, long[] shape, T[] values)
        where T : unmanaged => new(name, type, shape, MemoryMarshal.AsBytes<T>(values).ToArray());
}
