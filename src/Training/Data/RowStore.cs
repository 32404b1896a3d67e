using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sheaf.Training.Data;

/// <summary>
/// Numbers of one type, one after the other, in an array or in a file that is mapped: of such a file the system keeps in memory what is being read, and
/// shares it among processes. Immutable and thread-safe.
/// </summary>
internal sealed unsafe class RowStore<T>
    where T : unmanaged
{
    private readonly T[]? _array;
    private readonly MappedFile? _file;
    private readonly T* _start;
    private readonly long _first;

    private RowStore(T[]? array, MappedFile? file, long first, long length)
    {
        (_array, _file, _first, Length) = (array, file, first, length);
        _start = file is null ? null : (T*)file.Start + first;
    }

    /// <summary>All of a file that holds such numbers as they lie in memory.</summary>
    public RowStore(MappedFile file)
        : this(null, file, 0, file.Length / Unsafe.SizeOf<T>())
    {
    }

    public long Length { get; }

    /// <summary>It takes none of the process's own memory.</summary>
    public bool IsMapped => _file is not null;

    /// <summary>The file; null: it is an array.</summary>
    public MappedFile? File => _file;

    public T this[long place] => Slice(place, 1)[0];

    public static implicit operator RowStore<T>(T[] values) => new(values, null, 0, values.Length);

    public ReadOnlySpan<T> Slice(long start, int length)
    {
        if ((ulong)start > (ulong)Length || (ulong)length > (ulong)(Length - start))
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{length} of {Length} numbers were asked for.");
        }

        return _array is null ? new(_start + start, length) : new(_array, (int)(_first + start), length);
    }

    /// <summary>Shares the memory.</summary>
    public RowStore<T> Part(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)start, (ulong)Length, nameof(start));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)length, (ulong)(Length - start), nameof(length));
        return new(_array, _file, _first + start, length);
    }

    /// <summary>The rows as bytes, piece by piece, to be written or hashed.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        const int Piece = 1 << 16;
        var buffer = new byte[Piece * Unsafe.SizeOf<T>()];
        for (var done = 0L; done < Length; done += Piece)
        {
            var count = (int)Math.Min(Piece, Length - done);
            MemoryMarshal.AsBytes(Slice(done, count)).CopyTo(buffer);
            yield return buffer.AsMemory(0, count * Unsafe.SizeOf<T>());
        }
    }

    /// <summary>The first number that meets a condition; -1: none does.</summary>
    public long Find(Func<T, bool> meets)
    {
        const int Piece = 1 << 16;
        for (var done = 0L; done < Length; done += Piece)
        {
            var values = Slice(done, (int)Math.Min(Piece, Length - done));
            for (var i = 0; i < values.Length; i++)
            {
                if (meets(values[i]))
                {
                    return done + i;
                }
            }
        }

        return -1;
    }
}
