namespace Sheaf.Training.Models;

/// <summary>A model's tensors, known before anything runs. Immutable; see <see cref="ModelShapes"/>.</summary>
public sealed record ModelPlan
{
    /// <summary>By layer of the spec, the shape of one sample that goes into it.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Inputs { get; init; }

    /// <summary>The shape of one sample of the model's result.</summary>
    public required IReadOnlyList<int> Output { get; init; }

    /// <summary>Trainable parameters in the model's order, with PyTorch's names.</summary>
    public required IReadOnlyList<PlannedTensor> Parameters { get; init; }

    /// <summary>Float buffers (statistics of BatchNorm) in the model's order.</summary>
    public required IReadOnlyList<PlannedTensor> Buffers { get; init; }

    /// <summary>Scalars that every step reduces beside the gradient: loss, weight, and those of the metrics.</summary>
    public required int Scalars { get; init; }

    /// <summary>Floats of the sample digests of all shards, which every step reduces as well: see <see cref="Ledger.DigestSlots"/>.</summary>
    public required int Digests { get; init; }

    /// <summary>Floats of what a worker gives to a reduction: gradients and buffers, each padded to 16 floats, the scalars, and the digests.</summary>
    public int ReductionLength => Parameters.Concat(Buffers).Sum(tensor => PlannedTensor.Padded(tensor.Count)) + Scalars + Digests;
}
