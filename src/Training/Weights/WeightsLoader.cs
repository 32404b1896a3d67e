using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;

namespace Sheaf.Training.Weights;

/// <summary>Reads the file of weights that an experiment begins with, and adds it to the experiment's data: known by its SHA-256 like them.</summary>
public static class WeightsLoader
{
    private const string Role = "weights";
    private const string InFolder = "weights.safetensors";

    /// <summary>The file that a spec's path names: itself, or that of a checkpoint's folder.</summary>
    public static string PathOf(WeightsSpec weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return RemotePath.IsOne(weights.File)
            ? CheckpointNames.TryParse(Path.GetFileName(weights.File.TrimEnd('/')), out _, out _) ? $"{weights.File.TrimEnd('/')}/{InFolder}" : weights.File
            : Directory.Exists(weights.File) ? Path.Combine(weights.File, InFolder) : weights.File;
    }

    /// <summary>The data with the weights, where the spec has some.</summary>
    /// <param name="data">Reads the data.</param>
    /// <param name="recorded">What was recorded at submit: the file must still be that one; null: it is new.</param>
    /// <param name="remote">Where copies of remote files are; null: there are none.</param>
    /// <exception cref="DataException">All problems of the data and of the file.</exception>
    public static DataBundle Load(ExperimentSpec spec, Func<DataBundle> data, DataFacts? recorded, CancellationToken cancel, RemoteFiles? remote = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        if (spec.Weights is not { } weights)
        {
            return data();
        }

        var problems = new List<string>();
        DataBundle? bundle = null;
        try
        {
            bundle = data();
        }
        catch (DataException e)
        {
            problems.AddRange(e.Problems);
        }

        var files = new DataFiles(recorded, problems, cancel, remote: remote);
        var path = PathOf(weights);
        var arrays = files.Read(path, Role, reader => Read(reader, path));
        files.Demand(Role, [path], weights.Sha256 is { } sha256 ? [sha256] : []);
        if (problems.Count > 0 || bundle is null || arrays is null)
        {
            throw new DataException(problems);
        }

        return bundle with
        {
            Weights = [.. arrays.Select(ToModel).OfType<InitialTensor>()],
            Facts = bundle.Facts with
            {
                Files = [.. bundle.Facts.Files, .. files.All],
                Weights = new(path, [.. arrays.Select(array => new WeightEntry(array.Name, array.Type.ToString().ToLowerInvariant(), array.Shape))]),
            },
        };
    }

    private static IReadOnlyList<NamedArray> Read(DataFileReader reader, string path)
    {
        if (!reader.StartsWith(PtFile.Magic))
        {
            return path.EndsWith(".pt", StringComparison.Ordinal) || path.EndsWith(".pth", StringComparison.Ordinal)
                ? throw new InvalidDataException("it is no file of torch.save (PyTorch 1.6 or newer).")
                : Safetensors.Read(reader, reader.Length);
        }

        if (reader.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"as .pt a file has at most {Array.MaxLength} bytes here; save it as safetensors.");
        }

        using var whole = new MemoryStream((int)reader.Length);
        reader.CopyTo(whole);
        whole.Position = 0;
        return PtFile.Read(whole);
    }

    /// <summary>Null where no model has such an array.</summary>
    private static InitialTensor? ToModel(NamedArray array) => array.Type switch
    {
        ArrayType.Float32 => new(array.Name, array.Shape, false, array.Data),
        ArrayType.Float64 => Of(array, Singles<double>(array, TensorPrimitives.ConvertTruncating<double, float>)),
        ArrayType.Float16 => Of(array, Singles<Half>(array, TensorPrimitives.ConvertToSingle)),
        ArrayType.BFloat16 => Of(array, Singles<ushort>(array, Widen)),
        ArrayType.Int64 => new(array.Name, array.Shape, true, array.Data),
        _ => null,
    };

    private static InitialTensor Of(NamedArray array, float[] values) => new(array.Name, array.Shape, false, MemoryMarshal.AsBytes<float>(values).ToArray());

    private static float[] Singles<T>(NamedArray array, Convert<T> convert)
        where T : unmanaged
    {
        var from = MemoryMarshal.Cast<byte, T>(array.Data.Span);
        var to = new float[from.Length];
        convert(from, to);
        return to;
    }

    private static void Widen(ReadOnlySpan<ushort> from, Span<float> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
        }
    }

    private delegate void Convert<T>(ReadOnlySpan<T> from, Span<float> to);
}
