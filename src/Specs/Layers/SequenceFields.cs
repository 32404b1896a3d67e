using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Layers;

/// <summary>What layers for sequences [length, width] have in common.</summary>
internal static class SequenceFields
{
    public const string NeedsSequence = "it needs sequences [length, width], as embedding makes them of whole numbers and reshape of a row";

    private const int MaxSize = 1 << 20;

    public static SpecField<int> Hidden { get; } = SpecField<int>.Required(
        "hidden", new CountType(1, MaxSize), "Numbers of the state, and of what each direction gives.", "64");

    public static SpecField<int> Layers { get; } = SpecField<int>.WithDefault("layers", new CountType(1, 64), 1, "How many, one upon the other.", "2");

    public static SpecField<bool> Bidirectional { get; } = SpecField<bool>.WithDefault(
        "bidirectional", new BooleanType(), false, "Reads the sequence backwards as well; the results of both directions stand beside each other.", "true");

    public static SpecField<SequenceOutput> Output { get; } = SpecField<SequenceOutput>.WithDefault(
        "output",
        new EnumType<SequenceOutput>(),
        SequenceOutput.Last,
        "last: the state after the whole sequence (of each direction after its own last place), a vector. sequence: the state at each place.",
        "sequence");

    public static SpecField<int> Heads { get; } = SpecField<int>.Required(
        "heads", new CountType(1, 1024), "How many heads look at the sequence, each with a part of the width; divides the width.", "4");

    public static SpecField<bool> Causal { get; } = SpecField<bool>.WithDefault(
        "causal", new BooleanType(), false, "No place sees those that come after it.", "true");

    public static SpecField<double> Dropout(double value, string of) => SpecField<double>.WithDefault(
        "dropout", new NumberType(0, 1, openMax: true), value, $"The share of {of} that become 0 in training.", "0.2");
}
