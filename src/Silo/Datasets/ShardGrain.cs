using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Training.Data;

namespace Sheaf.Silo.Datasets;

/// <summary>Asks the coordinator, and works out the rows.</summary>
[GrainType("shard")]
internal sealed class ShardGrain : Grain, IShardGrain
{
    private StepSampler? _sampler;

    public Task<ShardView?> Describe()
    {
        var (experiment, shard) = Key;
        return GrainFactory.GetGrain<ICoordinatorGrain>(experiment).Shard(shard);
    }

    public async Task<IReadOnlyList<int>> Rows(long step)
    {
        if (_sampler is null)
        {
            var plan = (await Describe())?.Plan ?? throw new InvalidOperationException($"There is no shard {this.GetPrimaryKeyString()}.");
            _sampler = new(plan.Seed, plan.TrainCount, plan.BatchSize, plan.Shards);
        }

        var rows = new int[_sampler.ShardSizeAt(step, Key.Shard)];
        _sampler.RowsAt(step, Key.Shard, rows);
        return rows;
    }

    private (string Experiment, int Shard) Key
    {
        get
        {
            var key = this.GetPrimaryKeyString();
            var slash = key.LastIndexOf('/');
            return (key[..slash], int.Parse(key.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
