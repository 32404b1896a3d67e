using Grpc.Core;
using Sheaf.Contracts.Grains;
using Sheaf.Training.Data;
using Sheaf.Training.Ledger;

namespace Sheaf.Silo.Audits;

/// <summary>What the shards of an experiment say that they are fed, each asked by itself.</summary>
internal sealed class ShardRows(IGrainFactory grains, string experiment, int shards)
{
    /// <summary>Which rows each of the shards is fed in any step.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION: a shard is not there, or they do not say the same.</exception>
    public async Task<StepSampler> Sampler(CancellationToken cancellationToken)
    {
        var views = await Ask(shard => shard.Describe(), cancellationToken);
        var plans = views.Select(view => view?.Plan).Distinct().ToArray();
        return plans is [{ } plan] && plan.Shards == shards
            ? new(plan.Seed, plan.TrainCount, plan.BatchSize, plan.Shards)
            : throw new RpcException(new(
                StatusCode.FailedPrecondition,
                $"The {shards} shards of '{experiment}' do not say alike which rows they are fed: there is nothing to compare with."));
    }

    /// <summary>The digests of what they should be fed in a step, shard by shard.</summary>
    /// <param name="idAt"><see cref="RowSet.IdAt"/> of the training rows.</param>
    public async Task<ulong[]> Digests(long step, Func<int, int> idAt, CancellationToken cancellationToken)
    {
        var rows = await Ask(shard => shard.Rows(step), cancellationToken);
        return [.. rows.Index().Select(each => SampleDigest.Of(step, each.Index, each.Item.Select(idAt).ToArray()))];
    }

    private Task<T[]> Ask<T>(Func<IShardGrain, Task<T>> question, CancellationToken cancellationToken) => Task.WhenAll(
        Enumerable.Range(0, shards).Select(shard => question(grains.GetGrain<IShardGrain>(IShardGrain.KeyOf(experiment, shard))).WaitAsync(cancellationToken)));
}
