namespace Sheaf.Contracts.Grains;

/// <summary>One package of a user's code; the key is the SHA-256 of its content (lower-case hexadecimal), so that it never changes.</summary>
[Alias("sheaf.IPackageGrain")]
public interface IPackageGrain : IGrainWithStringKey
{
    /// <summary>Keeps it; nothing happens where it is kept already.</summary>
    /// <exception cref="ArgumentException">The content has another SHA-256 than the key.</exception>
    [Alias("Keep")]
    Task Keep(byte[] content);

    [Alias("IsKept")]
    Task<bool> IsKept();

    /// <summary>Null: unknown.</summary>
    [Alias("Read")]
    Task<byte[]?> Read();
}
