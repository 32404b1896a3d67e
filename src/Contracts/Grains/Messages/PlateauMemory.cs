using Sheaf.Specs;

namespace Sheaf.Contracts.Grains.Messages;

/// <summary>What the schedule <c>plateau</c> remembers: <see cref="PlateauState"/> as it is stored.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.PlateauMemory")]
public sealed record PlateauMemory([property: Id(0)] double? Best, [property: Id(1)] int Bad, [property: Id(2)] int Cooldown);
