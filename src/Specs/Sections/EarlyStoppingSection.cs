using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

internal static class EarlyStoppingSection
{
    private static readonly EarlyStoppingSpec Defaults = new();

    private static readonly SpecField<string> By = SpecField<string>.WithDefault(
        "by", new TextType(), Defaults.By, "What the best is measured by: validation_loss, or validation_ and a metric of the spec.", "validation_loss");

    private static readonly SpecField<int> Patience = SpecField<int>.WithDefault(
        "patience", new CountType(1, 1_000_000_000), Defaults.Patience, "Evaluations in a row without a better value after which training ends.", "10");

    private static readonly SpecField<double> MinDelta = SpecField<double>.WithDefault(
        "min_delta", NumberType.NotNegative, Defaults.MinDelta, "A value is better where it beats the best by more than this.", "0.001");

    private static readonly Section<EarlyStoppingSpec> Section = new(
        [By, Patience, MinDelta], v => new() { By = v.Get(By), Patience = v.Get(Patience), MinDelta = v.Get(MinDelta) })
    {
        Reserved = ["mode", "baseline", "start_from_epoch", "restore_best_weights"],
    };

    public static SpecField<EarlyStoppingSpec> Field { get; } = SpecField<EarlyStoppingSpec>.Optional(
        "early_stopping",
        Section,
        "none",
        "Ends training when the validation rows say that it gets no better. The checkpoint of the best evaluation is kept, and its weights are the result: "
            + "the test rows are evaluated with them, whether patience or the last epoch ended the training.",
        "{by: validation_loss, patience: 10}");
}
