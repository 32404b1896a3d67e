using Sheaf.Training.Checkpoints;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>What the workers of one generation left when they ended.</summary>
/// <param name="Replicas">They can be used again; the receiver frees them.</param>
/// <param name="Snapshot">The furthest state, where a stuck thread may still read the replicas; null where <paramref name="Replicas"/> holds it, or there
/// is none.</param>
/// <param name="Stuck">Workers whose thread has not ended.</param>
internal sealed record GenerationRemains(IReadOnlyList<KeptReplica> Replicas, CheckpointSnapshot? Snapshot, IReadOnlyList<WorkerSlot> Stuck);
