namespace Sheaf.Contracts.Grains.Messages;

[GenerateSerializer, Immutable, Alias("sheaf.SubmitCommand")]
public sealed record SubmitCommand
{
    /// <summary>Made by the client: repeating the command is safe.</summary>
    [Id(0)] public required string ExperimentId { get; init; }

    [Id(1)] public required string SpecYaml { get; init; }

    /// <summary>Relative paths of the spec are relative to it.</summary>
    [Id(2)] public required string BasePath { get; init; }
}
