namespace Sheaf.Client.Specs;

/// <summary>What a user's project was built to, as one archive.</summary>
/// <param name="Sha256">Of the content, in lower-case hexadecimal.</param>
internal sealed record BuiltPackage(string Sha256, byte[] Content);
