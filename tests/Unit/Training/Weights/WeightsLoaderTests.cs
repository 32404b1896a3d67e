using System.Runtime.InteropServices;
using System.Text;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Data;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Weights;

namespace Sheaf.Tests.Unit.Training.Weights;

public sealed class WeightsLoaderTests : IDisposable
{
    private static readonly float[] Values = [1.5f, -2f, 0.25f];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_KnowsTheFileByItsHashAndTurnsEveryKindOfNumberIntoSingles()
    {
        var file = Write(
            "w.safetensors",
            Array("single", ArrayType.Float32, Values),
            Array("double", ArrayType.Float64, Values.Select(value => (double)value).ToArray()),
            Array("half", ArrayType.Float16, Values.Select(value => (Half)value).ToArray()),
            Array("brain", ArrayType.BFloat16, Values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).ToArray()),
            Array("counter", ArrayType.Int64, [7L, 8, 9]),
            Array("mask", ArrayType.Bool, [(byte)1, (byte)0, (byte)1]));

        var bundle = Load(file);

        Assert.Equal(["single", "double", "half", "brain", "counter"], bundle.Weights!.Select(tensor => tensor.Name));
        Assert.All(bundle.Weights!.Take(4), tensor => Assert.Equal(Values, MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray()));
        Assert.Equal([7L, 8, 9], MemoryMarshal.Cast<byte, long>(bundle.Weights![4].Data.Span).ToArray());
        Assert.Equal(file, Assert.Single(bundle.Facts.Files).Path);
        Assert.Equal(["float32", "float64", "float16", "bfloat16", "int64", "bool"], bundle.Facts.Weights!.Entries.Select(entry => entry.Type));
    }

    [Fact]
    public void Load_OfAFolder_IsOfTheWeightsInIt()
    {
        var file = Write("weights.safetensors", Array("a", ArrayType.Float32, Values));

        Assert.Equal(file, Load(Path.GetDirectoryName(file)!).Facts.Weights!.Path);
    }

    [Fact]
    public void Load_OfPt_GivesWhatWasWritten()
    {
        NamedArray[] arrays = [Array("b.weight", ArrayType.Float32, Values), new("a", ArrayType.Float32, [1, 3],
            MemoryMarshal.AsBytes<float>(Values).ToArray())];
        var file = Path.Combine(_folder.Path, "w.pt");
        using (var stream = File.Create(file))
        {
            PtFile.Write(stream, arrays);
        }

        var read = Load(file).Weights!;
        Assert.Equal(["a", "b.weight"], read.Select(tensor => tensor.Name));
        Assert.Equal([1L, 3], read[0].Shape);
        Assert.All(read, tensor => Assert.Equal(Values, MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray()));
    }

    [Theory]
    [InlineData("w.safetensors", "no weights at all", "it is no safetensors file, or truncated")]
    [InlineData("w.safetensors", "", "truncated")]
    [InlineData("w.pt", "no weights at all", "it is no file of torch.save")]
    [InlineData("w.pt", "PK\x03\x04 and nothing behind", "it is no state_dict of torch.save")]
    public void Load_OfAnotherFile_SaysWhatIsWrong(string name, string text, string message)
    {
        var file = Path.Combine(_folder.Path, name);
        File.WriteAllText(file, text, Encoding.Latin1);

        var problem = Assert.Single(Assert.Throws<DataException>(() => Load(file)).Problems);
        Assert.StartsWith($"weights: '{file}' cannot be read: ", problem, StringComparison.Ordinal);
        Assert.Contains(message, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TellsTheProblemsOfDataAndWeightsTogether()
    {
        var spec = Spec(Path.Combine(_folder.Path, "missing"));

        var problems = Assert.Throws<DataException>(
            () => WeightsLoader.Load(spec, () => throw new DataException(["data.train: gone"]), null, CancellationToken.None)).Problems;

        Assert.Equal(2, problems.Count);
        Assert.Equal("data.train: gone", problems[0]);
        Assert.Contains("does not exist", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAFileThatIsNotTheRecordedOne_IsRefused()
    {
        var file = Write("w.safetensors", Array("a", ArrayType.Float32, Values));
        var recorded = Load(file).Facts;
        Write("w.safetensors", Array("a", ArrayType.Float32, [1f, 2, 3]));

        var problem = Assert.Single(Assert.Throws<DataException>(() => Load(file, recorded)).Problems);
        Assert.Contains("is not the file that was recorded when the experiment was submitted", problem, StringComparison.Ordinal);
    }

    private static ExperimentSpec Spec(string file) => TinyRun.Spec(TinyRun.Perceptron, 1) with { Weights = new(file) };

    private static DataBundle Load(string file, DataFacts? recorded = null) => WeightsLoader.Load(Spec(file), () => TinyRun.Classes(), recorded,
        CancellationToken.None);

    private static NamedArray Array<T>(string name, ArrayType type, T[] values)
        where T : unmanaged => new(name, type, [values.Length], MemoryMarshal.AsBytes<T>(values).ToArray());

    private string Write(string name, params NamedArray[] arrays)
    {
        var path = Path.Combine(_folder.Path, name);
        using var stream = File.Create(path);
        Safetensors.Write(stream, arrays);
        return path;
    }
}
