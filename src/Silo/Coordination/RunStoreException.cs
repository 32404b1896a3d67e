namespace Sheaf.Silo.Coordination;

/// <summary>The record of a run could not be written; what is in memory is what was stored before. The command may be repeated.</summary>
[GenerateSerializer, Alias("sheaf.RunStoreException")]
public sealed class RunStoreException(string message) : Exception(message);
