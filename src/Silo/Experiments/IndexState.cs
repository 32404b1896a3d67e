using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>The list of experiments as versions before <see cref="IndexPage"/> kept it, in one row; taken over from there once.</summary>
[GenerateSerializer, Alias("sheaf.IndexState")]
public sealed class IndexState
{
    /// <summary>In the order of submission.</summary>
    [Id(0)] public List<ExperimentSummary> Experiments { get; set; } = [];
}
