namespace Sheaf.Training.Checkpoints;

/// <summary>One parameter, buffer or optimizer state: row-major, little-endian, contiguous.</summary>
public sealed record NamedArray
{
    public NamedArray(string name, ArrayType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> data)
    {
        var bytes = SizeOf(type);
        foreach (var size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            bytes = checked(bytes * size);
        }

        if (bytes != data.Length)
        {
            throw new ArgumentException($"'{name}' ({type}, shape [{string.Join(", ", shape)}]) has {bytes} bytes, not {data.Length}.", nameof(data));
        }

        Name = name;
        Type = type;
        Shape = shape;
        Data = data;
    }

    public string Name { get; }

    public ArrayType Type { get; }

    /// <summary>Empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Bytes of one element.</summary>
    public static long SizeOf(ArrayType type) => type switch
    {
        ArrayType.Float64 or ArrayType.Int64 => 8,
        ArrayType.Float32 or ArrayType.Int32 => 4,
        ArrayType.Float16 or ArrayType.BFloat16 or ArrayType.Int16 => 2,
        ArrayType.Int8 or ArrayType.UInt8 or ArrayType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an array type."),
    };
}
