namespace Sheaf.Contracts.Grains;

/// <summary>
/// A grain's state could not be written, or read; what is in memory is what was stored before. The command may be repeated. The message says what could not
/// be stored and why, and not what became of the command: only who answers the caller knows whether it was more than this write.
/// </summary>
[GenerateSerializer, Alias("sheaf.StateStoreException")]
public sealed class StateStoreException(string message) : Exception(message);
