namespace Sheaf.Contracts.Grains.Messages;

[GenerateSerializer, Immutable, Alias("sheaf.ClassCount")]
public readonly record struct ClassCount([property: Id(0)] long Correct, [property: Id(1)] long Samples);
