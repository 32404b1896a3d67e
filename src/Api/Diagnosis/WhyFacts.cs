using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Api.Diagnosis;

/// <summary>All that could be learned about a run in a second. What could not be asked is null, and <see cref="CoordinatorFailure"/> says why.</summary>
public sealed record WhyFacts
{
    public required string ExperimentId { get; init; }

    /// <summary>The silo that was asked.</summary>
    public required string Asked { get; init; }

    /// <summary>What the coordinator says.</summary>
    public RunHealth? Health { get; init; }

    /// <summary>Why the coordinator did not answer; empty where it did.</summary>
    public string CoordinatorFailure { get; init; } = "";

    /// <summary>What is recorded of the run.</summary>
    public RunSnapshot? Recorded { get; init; }

    /// <summary>What the device pool says; null: it did not answer.</summary>
    public IReadOnlyList<SiloInfo>? Pool { get; init; }

    /// <summary>The members of the cluster, as the asked silo knows them: name to active, joining, stopping or dead.</summary>
    public required IReadOnlyDictionary<string, string> Silos { get; init; }
}
