using Sheaf.Contracts.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>One shard of one experiment's data (the key is "experiment/shard"): which rows, in which order, how far, and who has the lease.</summary>
[Alias("sheaf.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Leases the shard for one generation. False: a higher one has it.</summary>
    [Alias("Lease")]
    Task<bool> Lease(ShardPlan plan, ShardLease lease);

    /// <summary>All steps below <paramref name="step"/> are committed. False: the generation is not the lease's.</summary>
    [Alias("Advance")]
    Task<bool> Advance(long generation, long step);

    [Alias("Describe")]
    Task<ShardView> Describe();

    /// <summary>The rows of the training set, in order, that the shard is fed in a step.</summary>
    [Alias("Rows")]
    Task<IReadOnlyList<int>> Rows(long step);
}
