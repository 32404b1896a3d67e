using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

/// <summary>The metrics that a spec can name.</summary>
internal static class MetricSection
{
    public static ChoiceType<MetricSpec> Type { get; } = new(
        "metric",
        [
            MetricSpec.Accuracy.InSpec,
            MetricSpec.TopKAccuracy.InSpec,
            MetricSpec.Precision.InSpec,
            MetricSpec.Recall.InSpec,
            MetricSpec.F1.InSpec,
            MetricSpec.MeanSquaredError.InSpec,
            MetricSpec.RootMeanSquaredError.InSpec,
            MetricSpec.MeanAbsoluteError.InSpec,
            MetricSpec.RSquared.InSpec,
            MetricSpec.OfClass.InSpec,
        ])
    {
        Reserved = ["assembly", "type"],
    };

    /// <summary>The names of those that can judge such predictions.</summary>
    public static IEnumerable<string> Judging(PredictionKind predictions) =>
        Type.Names.Where(name => WithDefaults(name) is { } metric && metric.Judges(predictions));

    private static MetricSpec? WithDefaults(string name)
    {
        Type.TryRead(new SpecScalar(new SpecOrigin(1, 1, null), name, isPlain: true), "", new SpecReading(new SpecReport(), "/"), out var metric);
        return metric;
    }
}
