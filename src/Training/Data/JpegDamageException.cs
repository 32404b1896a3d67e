namespace Sheaf.Training.Data;

/// <summary>The coded data of a JPEG are damaged; the message says where.</summary>
internal sealed class JpegDamageException(string message) : Exception(message);
