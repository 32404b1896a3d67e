using Sheaf.Specs.Optimizers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

/// <summary>Parameters that the optimizer treats otherwise than the rest.</summary>
/// <param name="Parameters">Their names, in which <c>*</c> stands for anything.</param>
/// <param name="LearningRate">In place of the optimizer's; the schedule multiplies it as well. Null: the optimizer's.</param>
/// <param name="WeightDecay">In place of the optimizer's. Null: the optimizer's.</param>
public sealed record ParameterGroup(IReadOnlyList<string> Parameters, double? LearningRate, double? WeightDecay)
{
    private static readonly SpecField<IReadOnlyList<string>> ParametersField = SpecField<IReadOnlyList<string>>.Required(
        "parameters",
        new ListType<string>(new TextType(), 1, single: true, distinct: true),
        "Names such as 0.weight, in which * stands for anything.",
        "\"0.*\"");

    private static readonly SpecField<double> RateField = SpecField<double>.Optional(
        "learning_rate", OptimizerFields.Size, "the optimizer's", "In place of the optimizer's; the schedule multiplies it in the same way.", "0.0001");

    private static readonly SpecField<double> DecayField = SpecField<double>.Optional(
        "weight_decay", OptimizerFields.SizeOrZero, "the optimizer's", "In place of the optimizer's.", "0");

    internal static Section<ParameterGroup> Type { get; } = new(
        [ParametersField, RateField, DecayField], v => new(v.Get(ParametersField), v.MaybeValue(RateField), v.MaybeValue(DecayField)));
}
