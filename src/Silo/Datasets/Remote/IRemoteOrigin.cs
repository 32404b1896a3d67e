namespace Sheaf.Silo.Datasets.Remote;

/// <summary>
/// Where remote files come from. What fails and may pass is an <see cref="IOException"/>, what cannot be had a <see cref="FileNotFoundException"/>.
/// </summary>
internal interface IRemoteOrigin
{
    /// <summary>Null: it is still that of <paramref name="known"/>.</summary>
    /// <param name="known">The version of the content that is here; null: none is.</param>
    /// <param name="begun">How many bytes of a version are here already.</param>
    Task<RemoteContent?> Open(string url, string? known, Func<string, long> begun, CancellationToken cancel);
}
