namespace Sheaf.Records;

public readonly record struct ClassCount(long Correct, long Samples);
