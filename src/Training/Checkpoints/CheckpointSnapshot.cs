namespace Sheaf.Training.Checkpoints;

/// <summary>The whole state of a run before <see cref="Step"/>, in memory: what a checkpoint holds, and what a run goes on from.</summary>
public sealed record CheckpointSnapshot
{
    /// <summary>The first step that is not in it.</summary>
    public required long Step { get; init; }

    public required long Generation { get; init; }

    /// <summary>Parameters, then buffers, in the model's order.</summary>
    public required IReadOnlyList<NamedArray> Weights { get; init; }

    /// <summary>The optimizer's state, empty where it has none.</summary>
    public required IReadOnlyList<NamedArray> Optimizer { get; init; }

    /// <summary>The spec as text.</summary>
    public required string SpecYaml { get; init; }

    /// <summary>Of the machine that computed it (libtorch, kind of processor, threads).</summary>
    public required string Fingerprint { get; init; }

    public SamplerPosition? Sampler { get; init; }

    /// <summary>Value of the spec's <c>checkpoints.keep.by</c>; null where there is none.</summary>
    public double? Score { get; init; }
}
