namespace Sheaf.Training.Data;

/// <summary>What is to be kept of one source: see <see cref="CacheEntry"/>.</summary>
internal sealed class CacheContent(string text)
{
    private readonly List<(string Name, MappedFile? File, Func<IEnumerable<ReadOnlyMemory<byte>>> Pieces, long Bytes)> _arrays = [];

    public string Text => text;

    /// <summary>Name, mapped file if it is all of one, bytes in pieces, and how many these are.</summary>
    public IReadOnlyList<(string Name, MappedFile? File, Func<IEnumerable<ReadOnlyMemory<byte>>> Pieces, long Bytes)> Arrays => _arrays;

    /// <summary>Whether any of it is in a file: what is small is decoded as quickly as it is read.</summary>
    public bool IsLarge => _arrays.Exists(array => array.File is not null);

    public unsafe CacheContent With<T>(string name, RowStore<T> values)
        where T : unmanaged
    {
        _arrays.Add((name, values.File is { } file && file.Length == values.Length * sizeof(T) ? file : null, values.Pieces, values.Length * sizeof(T)));
        return this;
    }
}
