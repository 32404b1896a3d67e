namespace Sheaf.Sdk.Testing;

/// <summary>A run, in enough detail to say where two part ways.</summary>
/// <param name="FirstWeights">SHA-256 of them.</param>
/// <param name="Gradients">SHA-256 of that of each shard, shard after shard and step after step.</param>
internal sealed record HarnessTrace(HarnessOutcome Outcome, string FirstWeights, int Shards, IReadOnlyList<string> Gradients);
