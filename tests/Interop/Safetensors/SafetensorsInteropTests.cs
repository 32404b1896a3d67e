using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests.Interop.Safetensors;

/// <summary>A checkpoint's weights, read by a program that shares no code with Sheaf.</summary>
public sealed class SafetensorsInteropTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sheaf-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task WeightsFile_EnsurePyTorchSeesTheSameBits()
    {
        var arrays = new[]
        {
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
        };
        var snapshot = new CheckpointSnapshot { Step = 1, Generation = 1, Weights = arrays, Optimizer = [], SpecYaml = "", Fingerprint = "" };
        var record = await new DirectoryCheckpointStore(_root, TimeProvider.System).WriteAsync("interop", snapshot, cancel: TestContext.Current.CancellationToken);

        var lines = await PythonAsync(Path.Combine(record.Path, "weights.safetensors"));

        Assert.Equal(
            [
                Line(arrays[0], "F32", "3x1x2x2"), Line(arrays[1], "I64", "scalar"), Line(arrays[2], "F16", "3"), Line(arrays[3], "F64", "2"), Line(arrays[4], "I32", "2"),
                Line(arrays[5], "I16", "1"), Line(arrays[6], "U8", "5"), Line(arrays[7], "I8", "1"), Line(arrays[8], "BOOL", "2"), Line(arrays[9], "BF16", "2"),
            ],
            lines.Select(line => line[..line.LastIndexOf(' ')]));
        Assert.Equal(
            [54.6, 1L << 40, -0.25, 0.1 + Math.PI, int.MinValue + 7.0, -3, 267, -1, 1, -0.5],
            lines.Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)),
            (expected, actual) => Math.Abs(expected - actual) < 1e-6);
    }

    private static async Task<string[]> PythonAsync(string file)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Safetensors", "read_safetensors.py"));
        start.ArgumentList.Add(file);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static NamedArray Array<T>(string name, ArrayType type, long[] shape, T[] values)
        where T : unmanaged => new(name, type, shape, MemoryMarshal.AsBytes<T>(values).ToArray());

    private static string Line(NamedArray array, string type, string shape) =>
        $"{array.Name} {type} {shape} {Convert.ToHexStringLower(SHA256.HashData(array.Data.Span))}";
}
