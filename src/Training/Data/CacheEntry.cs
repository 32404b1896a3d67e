namespace Sheaf.Training.Data;

/// <summary>What was read and decoded of one source: numbers by name, and a text that says the rest.</summary>
internal sealed class CacheEntry(string text, IReadOnlyDictionary<string, MappedFile?> arrays)
{
    /// <summary>JSON of the source's own.</summary>
    public string Text => text;

    public bool Has(string name) => arrays.ContainsKey(name);

    public RowStore<T> Array<T>(string name)
        where T : unmanaged => arrays[name] is { } file ? new RowStore<T>(file) : System.Array.Empty<T>();
}
