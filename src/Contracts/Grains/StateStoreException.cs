namespace Sheaf.Contracts.Grains;

/// <summary>A grain's state could not be written, or read; what is in memory is what was stored before. The command may be repeated.</summary>
[GenerateSerializer, Alias("sheaf.StateStoreException")]
public sealed class StateStoreException(string message) : Exception(message);
