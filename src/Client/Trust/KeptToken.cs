namespace Sheaf.Client.Trust;

/// <summary>A token that `login` has kept for a server.</summary>
/// <param name="Name">Of its owner, as the server knows it.</param>
internal sealed record KeptToken(string Token, string Name);
