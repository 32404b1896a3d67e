using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

internal static class CheckpointSection
{
    private static readonly SpecField<Interval> Every = SpecField<Interval>.WithDefault(
        "every", new IntervalType(), new Interval(1, IntervalUnit.Epoch), "How often a checkpoint is written; one is always written at the end.", "500 steps");

    private static readonly SpecField<int> Latest = SpecField<int>.WithDefault("latest", new CountType(1, 100_000), 2, "How many of the newest are kept.", "2");

    private static readonly SpecField<string> By = SpecField<string>.Optional(
        "by", new TextType(), "none", "What best is measured by: validation_loss, or validation_ and a metric of the spec.", "validation_loss");

    private static readonly SpecField<int> Best = SpecField<int>.Optional(
        "best", new CountType(0, 100_000), "1 with by, else 0", "How many of the best are kept.", "1");

    private static readonly Section<CheckpointSpec> KeepSection = new(
        [Latest, By, Best],
        v => new CheckpointSpec { KeepLatest = v.Get(Latest), KeepBestBy = v.Maybe(By), KeepBest = v.MaybeValue(Best) ?? (v.Maybe(By) is null ? 0 : 1) });

    private static readonly SpecField<CheckpointSpec> Keep = SpecField<CheckpointSpec>.Filled(
        "keep", KeepSection, Empty, "the defaults below", "Which checkpoints are kept; the others are deleted.", "{latest: 2, by: validation_loss, best: 1}");

    private static readonly Section<CheckpointSpec> Section = new(
        [Every, Keep], v => v.Get(Keep) with { Every = v.Get(Every) })
    { Reserved = ["path", "store", "every_n"] };

    public static SpecField<CheckpointSpec> Field { get; } = SpecField<CheckpointSpec>.Filled(
        "checkpoints", Section, Empty, "the defaults below", "When the run is saved and what is kept of it.", "{every: 1 epoch}");

    private static SpecMapping Empty => new(new SpecOrigin(1, 1, null), [], isFlow: true);
}
