namespace Sheaf.Contracts.Grains.Messages;

/// <summary>From a step on the optimizer's learning rate is another one.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.RateChange")]
public sealed record RateChange([property: Id(0)] long FromStep, [property: Id(1)] double Rate);
