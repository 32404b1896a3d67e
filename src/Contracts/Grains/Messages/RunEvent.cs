namespace Sheaf.Contracts.Grains.Messages;

/// <summary>Something that happened to an experiment, for a person.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.RunEvent")]
public sealed record RunEvent
{
    [Id(0)] public required DateTimeOffset Time { get; init; }

    [Id(1)] public required string Message { get; init; }

    /// <summary>info, warning or error.</summary>
    [Id(2)] public string Level { get; init; } = "info";
}
