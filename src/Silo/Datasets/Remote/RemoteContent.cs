namespace Sheaf.Silo.Datasets.Remote;

/// <summary>What a server gives of a file.</summary>
/// <param name="Content">Begins at <paramref name="From"/>.</param>
/// <param name="Bytes">Of the whole file; null: the server does not say.</param>
/// <param name="Version">By what the server knows this content; empty: by nothing, and so it cannot be continued.</param>
internal sealed record RemoteContent(Stream Content, long From, long? Bytes, string Version) : IDisposable
{
    public void Dispose() => Content.Dispose();
}
