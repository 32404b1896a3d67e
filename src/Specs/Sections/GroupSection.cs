using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>What holds for some parameters only, and the average of all.</summary>
internal static class GroupSection
{
    private static readonly SpecField<double> Decay = SpecField<double>.WithDefault(
        "decay",
        new NumberType(0, 1, openMin: true, openMax: true),
        0.999,
        "How much of the average each step keeps; the rest is the step's weights.",
        "0.999");

    public static SpecField<IReadOnlyList<ParameterGroup>> Groups { get; } = SpecField<IReadOnlyList<ParameterGroup>>.WithDefault(
        "parameter_groups",
        new ListType<ParameterGroup>(ParameterGroup.Type, 0),
        [],
        "Parameters with a learning rate or weight decay of their own; the first group that names a parameter counts.",
        "[{parameters: \"0.*\", learning_rate: 0.0001}]");

    public static SpecField<DecayedParameters> Decayed { get; } = SpecField<DecayedParameters>.WithDefault(
        "weight_decay_on",
        new EnumType<DecayedParameters>(),
        DecayedParameters.All,
        "What weight decay makes smaller: all parameters, or weights alone, those of two or more dimensions, so that biases and norms are spared.",
        "weights");

    public static SpecField<MovingAverageSpec> Average { get; } = SpecField<MovingAverageSpec>.Optional(
        "ema",
        new Section<MovingAverageSpec>([Decay], v => new(v.Get(Decay))),
        "none",
        "Keeps an exponential moving average of the weights, which is what is evaluated, saved and exported; training goes on with the weights themselves. "
            + "Statistics of norms are the newest.",
        "{decay: 0.999}");

    /// <summary>What an optimizer without weight decay is told about it.</summary>
    public static void Check(SpecReading reading)
    {
        if (!reading.TryGet<string>("optimizer?", out var optimizer) || optimizer != "rprop")
        {
            return;
        }

        foreach (var item in Combinations.Indices(reading, "parameter_groups").Where(item => reading.Has($"{item}.weight_decay")))
        {
            reading.Reject($"{item}.weight_decay", "rprop has no weight decay; remove it, or use another optimizer");
        }

        if (reading.Has("weight_decay_on"))
        {
            reading.Reject("weight_decay_on", "rprop has no weight decay; remove it, or use another optimizer");
        }
    }
}
