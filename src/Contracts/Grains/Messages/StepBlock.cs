namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Some committed steps, in order.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.StepBlock")]
public sealed record StepBlock([property: Id(0)] IReadOnlyList<StepCommit> Steps);
