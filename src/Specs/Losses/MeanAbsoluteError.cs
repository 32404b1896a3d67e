using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.L1Loss: mean of absolute differences over the outputs of a sample.</summary>
    public sealed record MeanAbsoluteError : LossSpec
    {
        public override PredictionKind Predicts => PredictionKind.Number;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, MeanAbsoluteError>(
            "mean_absolute_error", "Absolute differences (regression).", "mean_absolute_error", new Section<MeanAbsoluteError>([], _ => new()))
        {
            Also = ["mae", "l1", "absolute_error"],
        };
    }
}
