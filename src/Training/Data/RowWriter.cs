using System.Runtime.InteropServices;

namespace Sheaf.Training.Data;

/// <summary>
/// Takes numbers one after the other and makes a <see cref="RowStore{T}"/> of them: an array, or a file where they are more than the scratch space keeps in
/// memory. Where the disk is full, what was written comes back into memory, if it fits.
/// </summary>
/// <param name="scratch">Null: always an array.</param>
internal sealed unsafe class RowWriter<T>(ScratchSpace? scratch, long expected = 0) : IDisposable
    where T : unmanaged
{
    private const int Smallest = 1 << 10;

    private T[] _values = new T[Initial(scratch, expected)];
    private int _count;
    private ScratchFile? _file;
    private bool _isFull;

    /// <summary>Numbers so far.</summary>
    public long Length => _count + ((_file?.Length ?? 0) / sizeof(T));

    public void Add(T value)
    {
        if (_count == _values.Length)
        {
            Grow(1);
        }

        _values[_count++] = value;
    }

    public void Add(ReadOnlySpan<T> values)
    {
        while (!values.IsEmpty)
        {
            if (_count == _values.Length)
            {
                Grow(values.Length);
            }

            var part = values[..Math.Min(values.Length, _values.Length - _count)];
            part.CopyTo(_values.AsSpan(_count));
            _count += part.Length;
            values = values[part.Length..];
        }
    }

    /// <summary>All of it; nothing is added afterwards.</summary>
    public RowStore<T> Finish()
    {
        if (_file is not null && Spill())
        {
            var mapped = _file.Map();
            _file = null;
            return new(mapped);
        }

        return _count == _values.Length ? _values : _values.AsSpan(0, _count).ToArray();
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>So that nothing grows where it is known how much comes, and is kept in memory.</summary>
    private static int Initial(ScratchSpace? scratch, long expected) =>
        scratch is null || expected * sizeof(T) <= scratch.InMemory
            ? (int)Math.Min(Math.Max(Smallest, expected), Array.MaxLength)
            : (int)Math.Max(Smallest, scratch.InMemory / sizeof(T));

    private void Grow(int more)
    {
        if (scratch is not null && !_isFull && (long)_values.Length * sizeof(T) >= scratch.InMemory && Spill())
        {
            return;
        }

        var wanted = Math.Max(_count + (long)more, 2L * _count);
        if (_count + (long)more > Array.MaxLength)
        {
            throw new MemoryExceededException($"More than {Array.MaxLength} numbers are not held in memory.");
        }

        ScratchSpace.ThrowIfTooMuch(wanted * sizeof(T));
        Array.Resize(ref _values, (int)Math.Min(wanted, Array.MaxLength));
    }

    /// <summary>Writes what is in memory to the file. False where the disk is full: all of it is in memory then.</summary>
    private bool Spill()
    {
        try
        {
            _file ??= scratch!.Create();
            _file.Append(MemoryMarshal.AsBytes(_values.AsSpan(0, _count)));
            _count = 0;
            return true;
        }
        catch (IOException e)
        {
            Return(e);
            return false;
        }
    }

    private void Return(IOException full)
    {
        _isFull = true;
        var written = (_file?.Length ?? 0) / sizeof(T);
        scratch!.Say($"The rows do not fit on the disk of {scratch.Folder} ({full.Message}); they are kept in memory. Make room there, or name another folder "
            + "with --data-cache.");
        if (written == 0)
        {
            _file?.Dispose();
            _file = null;
            return;
        }

        if (written + _count > Array.MaxLength)
        {
            throw new MemoryExceededException($"{scratch.Folder} has no room ({full.Message}), and "
                + $"more than {Array.MaxLength} numbers are not held in memory.");
        }

        ScratchSpace.ThrowIfTooMuch((written + _count) * sizeof(T));
        var all = new T[Math.Min(Array.MaxLength, 2 * (written + _count))];
        _file!.ReadAll(MemoryMarshal.AsBytes(all.AsSpan(0, (int)written)));
        _values.AsSpan(0, _count).CopyTo(all.AsSpan((int)written));
        (_values, _count) = (all, (int)written + _count);
        _file.Dispose();
        _file = null;
    }
}
