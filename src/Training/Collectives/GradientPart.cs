using Sheaf.Records;

namespace Sheaf.Training.Collectives;

/// <summary>The sum over one whole subtree of the shards. The memory stays its owner's and is only read.</summary>
public readonly record struct GradientPart(ShardRange Range, ReadOnlyMemory<float> Sum);
