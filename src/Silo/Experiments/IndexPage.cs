using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>Some consecutive experiments of the list of all, as they are stored in one row. Mutable: owned by one <see cref="ExperimentIndex"/>.</summary>
[GenerateSerializer, Alias("sheaf.IndexPage")]
public sealed class IndexPage
{
    /// <summary>In the order of submission.</summary>
    [Id(0)] public List<ExperimentSummary> Experiments { get; set; } = [];
}
