using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Datasets;

/// <summary>What came of checking a spec, its data, its model and the cluster's devices.</summary>
/// <param name="Violations">Everything that is wrong; empty: it can run.</param>
/// <param name="Dataset">Null where the data could not be read.</param>
public sealed record Submission(IReadOnlyList<Violation> Violations, DatasetRecord? Dataset = null);
