using Sheaf.Contracts.Specs.Schema;

namespace Sheaf.Contracts.Specs.Sections;

internal static class OptimizerSection
{
    private const string RateMeaning = "How far a step goes along the gradient; the schedule multiplies it.";

    private static readonly NumberType Share = new(0, 1, openMax: true);

    private static readonly SpecField<double> SgdRate = SpecField<double>.Required("learning_rate", NumberType.Positive, RateMeaning, "0.05");
    private static readonly SpecField<double> Momentum = SpecField<double>.WithDefault("momentum", Share, 0, "How much of the last update each step keeps.", "0.9");
    private static readonly SpecField<bool> Nesterov = SpecField<bool>.WithDefault("nesterov", new BooleanType(), false, "Looks ahead along the momentum; needs momentum above 0.", "true");
    private static readonly SpecField<double> Decay = SpecField<double>.WithDefault("weight_decay", NumberType.NotNegative, 0, "This times the weights is added to the gradient.", "0.0005");

    private static readonly SpecField<double> AdamRate = SpecField<double>.WithDefault("learning_rate", NumberType.Positive, 1e-3, RateMeaning, "0.001");
    private static readonly SpecField<double> Beta1 = SpecField<double>.WithDefault("beta1", Share, 0.9, "The decay of the gradient's running mean.", "0.9");
    private static readonly SpecField<double> Beta2 = SpecField<double>.WithDefault("beta2", Share, 0.999, "The decay of the squared gradient's running mean.", "0.999");
    private static readonly SpecField<double> Epsilon = SpecField<double>.WithDefault("epsilon", NumberType.Positive, 1e-8, "Added to the denominator.", "0.00000001");
    private static readonly SpecField<double> DecoupledDecay = SpecField<double>.WithDefault(
        "weight_decay", NumberType.NotNegative, 0.01, "This times the learning rate times the weights is taken off the weights.", "0.01");

    public static ChoiceType<OptimizerSpec> Type { get; } = new(
        "optimizer",
        [
            new Alternative<OptimizerSpec, OptimizerSpec.Sgd>(
                "sgd",
                "Stochastic gradient descent, as torch.optim.SGD.",
                "{sgd: {learning_rate: 0.05, momentum: 0.9}}",
                new Section<OptimizerSpec.Sgd>([SgdRate, Momentum, Decay, Nesterov], v => new(v.Get(SgdRate), v.Get(Momentum), v.Get(Decay), v.Get(Nesterov))) { Reserved = ["dampening"] }),
            new Alternative<OptimizerSpec, OptimizerSpec.Adam>(
                "adam", "As torch.optim.Adam.", "adam", Adam(Decay, decoupled: false), makes: a => !a.Decoupled),
            new Alternative<OptimizerSpec, OptimizerSpec.Adam>(
                "adamw", "Adam with decoupled weight decay, as torch.optim.AdamW.", "{adamw: {weight_decay: 0.05}}", Adam(DecoupledDecay, decoupled: true), makes: a => a.Decoupled),
        ])
    {
        Reserved = ["assembly", "type", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "lamb", "lars", "lion"],
    };

    private static Section<OptimizerSpec.Adam> Adam(SpecField<double> decay, bool decoupled) =>
        new([AdamRate, Beta1, Beta2, Epsilon, decay], v => new(v.Get(AdamRate), v.Get(Beta1), v.Get(Beta2), v.Get(Epsilon), v.Get(decay), decoupled)) { Reserved = ["amsgrad"] };
}
