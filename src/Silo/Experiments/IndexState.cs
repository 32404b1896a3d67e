using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

[GenerateSerializer, Alias("sheaf.IndexState")]
public sealed class IndexState
{
    /// <summary>In the order of submission.</summary>
    [Id(0)] public List<ExperimentSummary> Experiments { get; set; } = [];
}
