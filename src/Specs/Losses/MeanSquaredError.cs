using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>torch.nn.MSELoss: mean of squared differences over the outputs of a sample.</summary>
    public sealed record MeanSquaredError : LossSpec
    {
        public override PredictionKind Predicts => PredictionKind.Number;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, MeanSquaredError>(
            "mean_squared_error", "Squared differences (regression).", "mean_squared_error", new Section<MeanSquaredError>([], _ => new()))
        {
            Also = ["mse", "l2", "squared_error", "rmse"],
        };
    }
}
