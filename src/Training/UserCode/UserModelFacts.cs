namespace Sheaf.Training.UserCode;

/// <summary>A user's model as it was when it was tried. Plain values, for System.Text.Json.</summary>
public sealed record UserModelFacts
{
    /// <summary>Of one sample's result.</summary>
    public required IReadOnlyList<int> Output { get; init; }

    /// <summary>What is trained, and what would be if the spec did not freeze it, in the model's order.</summary>
    public required IReadOnlyList<PlannedTensor> Parameters { get; init; }

    /// <summary>Float buffers that a forward pass in training changes, as statistics of BatchNorm.</summary>
    public required IReadOnlyList<PlannedTensor> Buffers { get; init; }

    /// <summary>A forward pass in training draws from libtorch's own generator.</summary>
    public bool Draws { get; init; }

    /// <summary>Integer buffers that a forward pass in training counts up.</summary>
    public IReadOnlyList<string> Counters { get; init; } = [];
}
