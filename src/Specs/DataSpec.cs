namespace Sheaf.Specs;

/// <summary>The rows of an experiment. Paths are absolute after parsing (relative ones are relative to the spec's folder).</summary>
public sealed record DataSpec
{
    public required SourceSpec Train { get; init; }

    /// <summary><c>null</c>: no validation.</summary>
    public ValidationSpec? Validation { get; init; }

    /// <summary>Evaluated once, after the last step; <c>null</c>: none.</summary>
    public SourceSpec? Test { get; init; }

    /// <summary>Applied to every feature of every source, in order.</summary>
    public IReadOnlyList<TransformSpec> Transforms { get; init; } = [];

    /// <summary>Applied to the rows of every training step, after the transforms, in order.</summary>
    public IReadOnlyList<AugmentationSpec> Augmentation { get; init; } = [];

    /// <summary>Every source with its key in the spec.</summary>
    public IEnumerable<(string Role, SourceSpec Source)> Sources =>
    [
        ("data.train", Train),
        .. Validation is ValidationSpec.Source validation ? [("data.validation", validation.Rows)] : Array.Empty<(string, SourceSpec)>(),
        .. Test is null ? Array.Empty<(string, SourceSpec)>() : [("data.test", Test)],
    ];
}
