using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Optimizers;

/// <summary>The keys that several optimizers have.</summary>
internal static class OptimizerFields
{
    /// <summary>Of what is kept from one step to the next.</summary>
    public static readonly NumberType Share = new(0, 1, openMax: true);

    /// <summary>
    /// Of numbers that TorchSharp converts to single precision, some of them multiplied before; what does not fit it refuses in the middle of an update.
    /// </summary>
    public static readonly NumberType Size = new(0, 1e20, openMin: true);

    public static readonly NumberType SizeOrZero = new(0, 1e20);

    private const string RateMeaning = "How far a step goes along the gradient; the schedule multiplies it.";

    public static SpecField<double> Momentum { get; } = SpecField<double>.WithDefault(
        "momentum", Share, 0, "How much of the last update each step keeps.", "0.9");

    public static SpecField<double> WeightDecay { get; } = Decay(NumberType.NotNegative);

    public static SpecField<double> TorchWeightDecay { get; } = Decay(SizeOrZero);

    public static SpecField<double> Beta1 { get; } = SpecField<double>.WithDefault("beta1", Share, 0.9, "The decay of the gradient's running mean.", "0.9");

    public static SpecField<double> Beta2 { get; } = SpecField<double>.WithDefault(
        "beta2", Share, 0.999, "The decay of the squared gradient's running mean.", "0.999");

    public static SpecField<double> RequiredRate { get; } = SpecField<double>.Required("learning_rate", NumberType.Positive, RateMeaning, "0.05");

    public static SpecField<double> Rate(NumberType type, double value, string example) =>
        SpecField<double>.WithDefault("learning_rate", type, value, RateMeaning, example);

    public static SpecField<double> Epsilon(NumberType type, double value, string example) =>
        SpecField<double>.WithDefault("epsilon", type, value, "Added to the denominator.", example);

    private static SpecField<double> Decay(NumberType type) =>
        SpecField<double>.WithDefault("weight_decay", type, 0, "This times the weights is added to the gradient.", "0.0005");
}
