namespace Sheaf.Silo.Experiments;

/// <summary>Where the pages of the list of experiments are kept. Remembers the ETag of each page that it has read or written.</summary>
internal interface IIndexPages
{
    /// <summary>Null: there is no such page.</summary>
    Task<IndexPage?> Read(int number);

    /// <summary>Writes a page that was read before, or is the first one that is not there.</summary>
    Task Write(int number, IndexPage page);
}
