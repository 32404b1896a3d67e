namespace Sheaf.Training.Data;

/// <summary>Rows are larger than the memory that this process may have; the message says by how much.</summary>
internal sealed class MemoryExceededException(string message) : Exception(message);
