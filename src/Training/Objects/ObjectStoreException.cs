namespace Sheaf.Training.Objects;

/// <summary>An object store did not do what it was asked. The message is a sentence that names the store and its reason, and holds no secret.</summary>
public sealed class ObjectStoreException(string message, Exception? cause = null) : IOException(message, cause);
