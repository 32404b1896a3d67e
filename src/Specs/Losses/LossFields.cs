using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Losses;

/// <summary>The keys that several losses have.</summary>
internal static class LossFields
{
    /// <summary>Numbers that libtorch converts to single precision.</summary>
    public static readonly NumberType Size = new(0, 1e20, openMin: true);

    public static SpecField<double> LabelSmoothing { get; } = SpecField<double>.WithDefault(
        "label_smoothing", new NumberType(0, 1, openMax: true), 0, "How much of the target is spread over all classes.", "0.1");

    public static SpecField<IReadOnlyList<double>> ClassWeights { get; } = SpecField<IReadOnlyList<double>>.Optional(
        "class_weights",
        new ListType<double>(Size, 2),
        "1 for all",
        "How much a sample of each class counts, class 0 first; the mean over a batch is divided by the weights of its samples, as in PyTorch.",
        "[1, 5]");
}
