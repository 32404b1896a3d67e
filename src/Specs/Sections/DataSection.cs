using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

internal static class DataSection
{
    private static readonly SpecField<SourceSpec> Train = SpecField<SourceSpec>.Required(
        "train", SourceSection.Type, "The rows to train on.", "{format: csv, path: rows.csv, features: [x], target: y}");

    private static readonly SpecField<ValidationSpec> Validation = SpecField<ValidationSpec>.Optional(
        "validation", new ValidationType(), "none", "The rows that are evaluated during training and never trained on.", "{fraction: 0.1}");

    private static readonly SpecField<SourceSpec> Test = SpecField<SourceSpec>.Optional(
        "test", SourceSection.Type, "none", "The rows that are evaluated once, after the last step.",
            "{format: csv, path: test.csv, features: [x], target: y}", see: "source: the keys of data.train");

    private static readonly SpecField<IReadOnlyList<TransformSpec>> Transforms = SpecField<IReadOnlyList<TransformSpec>>.WithDefault(
        "transforms", new ListType<TransformSpec>(TransformSection.Type, 0), [], "Maps of the features of every row, training or not, in this order.",
            "[{scale: 0.00392156862745098}]");

    public static Section<DataSpec> Type { get; } = new(
        [Train, Validation, Test, Transforms, AugmentationSection.Field],
        v => new DataSpec
        {
            Train = v.Get(Train),
            Validation = v.Maybe(Validation),
            Test = v.Maybe(Test),
            Transforms = v.Get(Transforms),
            Augmentation = v.Get(AugmentationSection.Field),
        })
    {
        Reserved = ["sampler", "assembly", "workers", "shuffle"],
    };
}
