namespace Sheaf.Database;

/// <summary>A backup cannot be put where it should be. The message goes on after "because".</summary>
internal sealed class NotEmptyException(string message) : Exception(message);
