namespace Sheaf.Contracts.Grains.Messages;

/// <summary>One mistake in a spec, or in the data that it names.</summary>
[GenerateSerializer, Immutable, Alias("sheaf.Violation")]
public sealed record Violation
{
    /// <summary>Dotted; empty for the whole spec.</summary>
    [Id(0)] public required string Key { get; init; }

    /// <summary>1-based; 0 where it has no place in the text.</summary>
    [Id(1)] public required int Line { get; init; }

    [Id(2)] public required int Column { get; init; }

    [Id(3)] public required string Message { get; init; }
}
