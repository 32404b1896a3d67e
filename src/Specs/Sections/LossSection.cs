using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

internal static class LossSection
{
    private static readonly SpecField<double> LabelSmoothing = SpecField<double>.WithDefault(
        "label_smoothing", new NumberType(0, 1, openMax: true), 0, "How much of the target is spread over all classes.", "0.1");

    public static ChoiceType<LossSpec> Type { get; } = new(
        "loss",
        [
            new Alternative<LossSpec, LossSpec.CrossEntropy>(
                "cross_entropy",
                "Of the softmax of the outputs, one for each class (classification).",
                "cross_entropy",
                new Section<LossSpec.CrossEntropy>(
                    [LabelSmoothing], v => new(v.Get(LabelSmoothing))) { Reserved = ["weight", "class_weights", "ignore_index"] }),
            new Alternative<LossSpec, LossSpec.MeanSquaredError>(
                "mean_squared_error", "Squared differences (regression).", "mean_squared_error", new Section<LossSpec.MeanSquaredError>([], _ => new())),
            new Alternative<LossSpec, LossSpec.MeanAbsoluteError>(
                "mean_absolute_error", "Absolute differences (regression).", "mean_absolute_error", new Section<LossSpec.MeanAbsoluteError>([], _ => new())),
        ])
    {
        Reserved = ["assembly", "type", "binary_cross_entropy", "bce", "nll", "negative_log_likelihood", "huber", "smooth_l1", "hinge", "kl_divergence", "focal"],
    };
}
