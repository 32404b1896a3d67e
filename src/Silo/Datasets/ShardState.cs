using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Datasets;

[GenerateSerializer, Alias("sheaf.ShardState")]
public sealed class ShardState
{
    [Id(0)] public ShardPlan? Plan { get; set; }

    [Id(1)] public ShardLease? Lease { get; set; }

    [Id(2)] public long Cursor { get; set; }
}
