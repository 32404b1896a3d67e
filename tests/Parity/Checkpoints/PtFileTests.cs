using System.Runtime.InteropServices;
using System.Text.Json;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Weights;

namespace Sheaf.Tests.Parity.Checkpoints;

/// <summary>State dicts that torch.save wrote, and that torch.load reads.</summary>
public sealed class PtFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sheaf-pt-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Read_GivesWhatPyTorchWrote()
    {
        var file = Path.Combine(_root, "theirs.pt");
        var theirs = await Python.RunAsync("Checkpoints/pt_files.py", new { write = file, read = (string?)null });

        await using var stream = File.OpenRead(file);
        var ours = PtFile.Read(stream).ToDictionary(array => array.Name);

        Assert.Equal(11, theirs.GetArrayLength());
        Assert.Equal(theirs.GetArrayLength(), ours.Count);
        foreach (var tensor in theirs.EnumerateArray())
        {
            var name = tensor.GetProperty("name").GetString()!;
            var array = ours[name];
            Assert.Equal(tensor.GetProperty("dtype").GetString(), array.Type.ToString().ToLowerInvariant());
            if (name.EndsWith("tracked", StringComparison.Ordinal))
            {
                Assert.Equal(1, MemoryMarshal.Cast<byte, long>(array.Data.Span)[0]);
                continue;
            }

            Assert.Equal(tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), array.Shape);
            Assert.Equal(Values(tensor), Values(array));
        }
    }

    [Fact]
    public async Task Write_IsWhatPyTorchReads()
    {
        NamedArray[] arrays =
        [
            Array("0.weight", ArrayType.Float32, [2, 3], [1f, -2.5f, 3e-39f, 0.1f, 5f, 6f]),
            Array("1.running_mean", ArrayType.Float32, [2], [0.5f, -0f]),
            Array("1.num_batches_tracked", ArrayType.Int64, [], [41L]),
        ];
        var file = Path.Combine(_root, "ours.pt");
        await using (var stream = File.Create(file))
        {
            PtFile.Write(stream, arrays);
        }

        var read = (await Python.RunAsync("Checkpoints/pt_files.py", new { write = (string?)null, read = file })).EnumerateArray()
            .ToDictionary(tensor => tensor.GetProperty("name").GetString()!);
        Assert.Equal(arrays.Length, read.Count);
        Assert.All(arrays, array =>
        {
            Assert.Equal(array.Type.ToString().ToLowerInvariant(), read[array.Name].GetProperty("dtype").GetString());
            Assert.Equal(array.Shape, read[array.Name].GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()));
            Assert.Equal(Values(array), Values(read[array.Name]));
        });
    }

    private static double[] Values(JsonElement tensor) => [.. tensor.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];

    private static double[] Values(NamedArray array) => array.Type switch
    {
        ArrayType.Float32 => [.. MemoryMarshal.Cast<byte, float>(array.Data.Span).ToArray().Select(value => (double)value)],
        ArrayType.Float64 => MemoryMarshal.Cast<byte, double>(array.Data.Span).ToArray(),
        ArrayType.Float16 => [.. MemoryMarshal.Cast<byte, Half>(array.Data.Span).ToArray().Select(value => (double)value)],
        _ => [.. MemoryMarshal.Cast<byte, long>(array.Data.Span).ToArray().Select(value => (double)value)],
    };

    private static NamedArray Array<T>(string name, ArrayType type, long[] shape, T[] values)
        where T : unmanaged => new(name, type, shape, MemoryMarshal.AsBytes<T>(values).ToArray());
}
