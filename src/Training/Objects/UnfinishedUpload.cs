namespace Sheaf.Training.Objects;

public sealed record UnfinishedUpload(string Key, string Id);
