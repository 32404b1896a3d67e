using System.Globalization;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>
/// One shard of one experiment's data (the key is "experiment/shard"): which rows, in which order, how far, and who has the lease. All of it follows from the
/// experiment's record, so nothing is kept here and nothing waits for it: what fences a lower generation is the generation itself.
/// </summary>
[Alias("sheaf.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    static string KeyOf(string experimentId, int shard) => string.Create(CultureInfo.InvariantCulture, $"{experimentId}/{shard}");

    /// <summary>Null: there is no such experiment, or it has no such shard.</summary>
    [Alias("Describe")]
    Task<ShardView?> Describe();

    /// <summary>The rows of the training set, in order, that the shard is fed in a step.</summary>
    [Alias("Rows")]
    Task<IReadOnlyList<int>> Rows(long step);
}
