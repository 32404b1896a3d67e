namespace Sheaf.Training.Models;

/// <summary>A model's tensors, known before anything runs. Immutable; see <see cref="ModelShapes"/>.</summary>
public sealed record ModelPlan
{
    /// <summary>By layer of the spec, the shape of one sample that goes into it.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Inputs { get; init; }

    /// <summary>Shapes of one sample on the way through layers that are inside others.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Inside { get; init; } = [];

    /// <summary>The shape of one sample of the model's result.</summary>
    public required IReadOnlyList<int> Output { get; init; }

    /// <summary>Values of one sample of the model's result.</summary>
    public int OutputWidth => Output.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>Classes to predict for a sample, as after each place of a text; 1 where the targets are no classes.</summary>
    public int Places { get; init; } = 1;

    /// <summary>Values of the model's result that the loss compares with one target: <see cref="OutputWidth"/>, or those of one place.</summary>
    public int ScoreWidth => OutputWidth / Places;

    /// <summary>Integer buffers that a step counts up; null: all.</summary>
    public IReadOnlyList<string>? Counters { get; init; }

    /// <summary>Trainable parameters in the model's order, with PyTorch's names.</summary>
    public required IReadOnlyList<PlannedTensor> Parameters { get; init; }

    /// <summary>Parameters that the spec freezes, in the model's order: they take no part in a step.</summary>
    public IReadOnlyList<PlannedTensor> Frozen { get; init; } = [];

    /// <summary>All parameters in the model's order, then the float buffers.</summary>
    public IReadOnlyList<PlannedTensor> State { get; init; } = [];

    /// <summary>Float buffers (statistics of BatchNorm) in the model's order.</summary>
    public required IReadOnlyList<PlannedTensor> Buffers { get; init; }

    /// <summary>Floats that every step reduces beside the gradient: the weight.</summary>
    public required int Scalars { get; init; }

    /// <summary>Floats of the exact sums of all shards: see <see cref="StepScalars.Put"/>.</summary>
    public required int Sums { get; init; }

    /// <summary>Floats of the sample digests of all shards, which every step reduces as well: see <see cref="Ledger.DigestSlots"/>.</summary>
    public required int Digests { get; init; }

    /// <summary>
    /// Floats of what a worker gives to a reduction: gradients and buffers, each padded to 16 floats, the scalars, the sums, and the digests. At most <see
    /// cref="MaxFloats"/>.
    /// </summary>
    public int ReductionLength => checked((int)FloatsOf(Parameters.Concat(Buffers)) + Scalars + Sums + Digests);

    /// <summary>Whether a step changes this buffer.</summary>
    public bool Changes(string buffer) =>
        Buffers.Any(each => each.Name == buffer) || (Counters?.Contains(buffer, StringComparer.Ordinal) ?? true);

    /// <summary>What one flat buffer holds: its bytes are counted with 32 bits.</summary>
    public static long MaxFloats => int.MaxValue / sizeof(float) / 16 * 16;

    /// <summary>Places that tensors take in a flat buffer.</summary>
    public static long FloatsOf(IEnumerable<PlannedTensor> tensors) => tensors.Sum(tensor => PlannedTensor.Padded(tensor.Count));
}
