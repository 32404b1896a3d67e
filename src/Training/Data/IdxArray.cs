using System.Buffers.Binary;

namespace Sheaf.Training.Data;

/// <summary>The contents of an IDX file: <paramref name="Data"/> has the elements as they are in the file, big-endian.</summary>
internal sealed record IdxArray(IdxType Type, int[] Shape, RowStore<byte> Data)
{
    /// <summary>The number of dimensions.</summary>
    public int Rank => Shape.Length;

    public bool IsOfBytes => Type == IdxType.UnsignedByte;

    /// <summary>Bytes of an element.</summary>
    public static int SizeOf(IdxType type) => type switch
    {
        IdxType.Short => 2,
        IdxType.Int or IdxType.Float => 4,
        IdxType.Double => 8,
        _ => 1,
    };

    /// <summary>The elements as doubles, each exactly what the file has.</summary>
    public NumberArray ToNumbers(ScratchSpace? scratch)
    {
        var size = SizeOf(Type);
        using var numbers = new RowWriter<double>(scratch, Data.Length / size);
        for (var done = 0L; done < Data.Length;)
        {
            var piece = Data.Slice(done, (int)Math.Min(size * 8192L, Data.Length - done));
            for (var at = 0; at < piece.Length; at += size)
            {
                numbers.Add(Number(piece[at..]));
            }

            done += piece.Length;
        }

        return new(Shape, numbers.Finish(), Type is not (IdxType.Float or IdxType.Double));
    }

    private double Number(ReadOnlySpan<byte> bytes) => Type switch
    {
        IdxType.SignedByte => (sbyte)bytes[0],
        IdxType.Short => BinaryPrimitives.ReadInt16BigEndian(bytes),
        IdxType.Int => BinaryPrimitives.ReadInt32BigEndian(bytes),
        IdxType.Float => BinaryPrimitives.ReadSingleBigEndian(bytes),
        IdxType.Double => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        _ => bytes[0],
    };
}
