using System.Collections;
using Sheaf.Training.Checkpoints;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace Sheaf.Training.Weights;

/// <summary>A state_dict as PyTorch's <c>torch.save</c> writes it: a zip file with a pickle in it. No Python code in it is run.</summary>
public static class PtFile
{
    /// <summary>A zip file's first bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "PK\x03\x04"u8;

    /// <summary>By name. Does not close <paramref name="stream"/>, which must be able to seek.</summary>
    /// <exception cref="InvalidDataException">It is another file, or holds more than a flat state_dict.</exception>
    public static IReadOnlyList<NamedArray> Read(Stream stream)
    {
        using var scope = NewDisposeScope();
        Hashtable table;
        try
        {
            table = PyTorchUnpickler.UnpickleStateDict(stream, leaveOpen: true);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"it is no state_dict of torch.save (PyTorch 1.6 or newer; save net.state_dict(), not the model): {e.Message}", e);
        }

        var arrays = new List<NamedArray>();
        foreach (DictionaryEntry entry in table)
        {
            if (entry is not { Key: string name, Value: Tensor tensor })
            {
                throw new InvalidDataException(
                    $"its entry '{entry.Key}' is no tensor; save the state_dict of the model alone: torch.save(net.state_dict(), ...).");
            }

            arrays.Add(new(name, TypeOf(name, tensor), tensor.shape, tensor.contiguous().bytes.ToArray()));
        }

        return [.. arrays.OrderBy(array => array.Name, StringComparer.Ordinal)];
    }

    /// <summary>What <c>torch.load</c> reads as a state_dict. Does not close <paramref name="stream"/>.</summary>
    public static void Write(Stream stream, IReadOnlyList<NamedArray> arrays)
    {
        using var scope = NewDisposeScope();
        var table = new Hashtable();
        foreach (var array in arrays)
        {
            var tensor = zeros(array.Shape.ToArray(), TypeOf(array.Type));
            if (array.Data.Length > 0)
            {
                array.Data.Span.CopyTo(tensor.bytes);
            }

            table.Add(array.Name, tensor);
        }

        PyTorchPickler.PickleStateDict(stream, table, leaveOpen: true);
    }

    private static ArrayType TypeOf(string name, Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => ArrayType.Float32,
        ScalarType.Float64 => ArrayType.Float64,
        ScalarType.Float16 => ArrayType.Float16,
        ScalarType.BFloat16 => ArrayType.BFloat16,
        ScalarType.Int64 => ArrayType.Int64,
        ScalarType.Int32 => ArrayType.Int32,
        ScalarType.Int16 => ArrayType.Int16,
        ScalarType.Int8 => ArrayType.Int8,
        ScalarType.Byte => ArrayType.UInt8,
        ScalarType.Bool => ArrayType.Bool,
        var type => throw new InvalidDataException($"'{name}' has the type {type}, which no model here has."),
    };

    private static ScalarType TypeOf(ArrayType type) => type switch
    {
        ArrayType.Float32 => ScalarType.Float32,
        ArrayType.Float64 => ScalarType.Float64,
        ArrayType.Float16 => ScalarType.Float16,
        ArrayType.BFloat16 => ScalarType.BFloat16,
        ArrayType.Int64 => ScalarType.Int64,
        ArrayType.Int32 => ScalarType.Int32,
        ArrayType.Int16 => ScalarType.Int16,
        ArrayType.Int8 => ScalarType.Int8,
        ArrayType.UInt8 => ScalarType.Byte,
        ArrayType.Bool => ScalarType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an array type."),
    };
}
