namespace Sheaf.Training.Objects;

public sealed record StoredObject(string Key, long Bytes);
