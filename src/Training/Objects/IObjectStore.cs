namespace Sheaf.Training.Objects;

/// <summary>
/// The objects of one bucket. Every failure is an <see cref="ObjectStoreException"/>, after what may pass by itself (a store that throttles, a connection
/// that was cut) was tried again for some seconds. A call that failed may have been carried out all the same. Thread-safe.
/// </summary>
public interface IObjectStore
{
    /// <summary>Writes an object, over one that is there; it is there whole or not at all.</summary>
    /// <param name="content">One piece after the other; must not change until the call is done.</param>
    Task PutAsync(string key, IReadOnlyList<ReadOnlyMemory<byte>> content, CancellationToken cancel = default);

    /// <summary>
    /// Writes an object only where there is none (<c>If-None-Match: *</c>). False: there is one, which may be this very one, where the answer to a first
    /// attempt was lost.
    /// </summary>
    Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancel = default);

    /// <summary>Null: there is no such object. What the stream reads is one version of the object, also where the connection is cut in between.</summary>
    Task<Stream?> OpenAsync(string key, CancellationToken cancel = default);

    /// <summary>By what the store knows the content of an object, its ETag; null: there is no such object.</summary>
    Task<string?> VersionAsync(string key, CancellationToken cancel = default);

    /// <summary>Everything whose key begins with <paramref name="prefix"/>, by key.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancel = default);

    /// <summary>One that is not there is no error.</summary>
    Task DeleteAsync(string key, CancellationToken cancel = default);

    /// <summary>
    /// Uploads in parts that were begun and never ended, of keys that begin with <paramref name="prefix"/>. Some stores only tell of a whole key.
    /// </summary>
    Task<IReadOnlyList<UnfinishedUpload>> UnfinishedAsync(string prefix, CancellationToken cancel = default);

    /// <summary>Gives an upload up: the store drops its parts. One that is gone is no error.</summary>
    Task AbortAsync(UnfinishedUpload upload, CancellationToken cancel = default);
}
