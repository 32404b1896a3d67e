using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Metrics;

/// <summary>The keys that several metrics have.</summary>
internal static class MetricFields
{
    public static SpecField<Averaging> Average { get; } = SpecField<Averaging>.Optional(
        "average",
        new EnumType<Averaging>(),
        "binary with a loss for yes or no, else macro",
        "macro: the mean over the classes that occur; weighted: weighted by how often each is the target; binary: of class 1, where there are two.",
        "macro");

    /// <summary>What <see cref="MetricSpec.Misfit"/> is for an average.</summary>
    public static string? Misfit(Averaging? average, int classes) => average != Averaging.Binary || classes == 2 ? null
        : $"is of class 1 of two, and there are {classes} classes; use the average macro or weighted.";

    /// <summary>A name that two averages of one metric do not share.</summary>
    public static string Name(string metric, Averaging? average) => average is { } named ? $"{metric}_{SpecNames.Of(named)}" : metric;
}
