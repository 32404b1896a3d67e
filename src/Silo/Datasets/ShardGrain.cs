using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;
using Sheaf.Silo.Storage;
using Sheaf.Training.Data;

namespace Sheaf.Silo.Datasets;

/// <summary>The lease is written, so that a lower generation is refused by any later activation; the cursor is written with the next lease only.</summary>
[GrainType("shard")]
internal sealed class ShardGrain([PersistentState("shard")] IPersistentState<ShardState> state) : Grain, IShardGrain
{
    private StepSampler? _sampler;

    public async Task<bool> Lease(ShardPlan plan, ShardLease lease)
    {
        if (state.State.Lease is { } held && (held.Generation > lease.Generation || (held.Generation == lease.Generation && held != lease)))
        {
            return false;
        }

        if (state.State.Lease != lease || state.State.Plan != plan)
        {
            await state.Write(new() { Plan = plan, Lease = lease, Cursor = lease.FromStep }, $"The lease of shard {this.GetPrimaryKeyString()}");
            _sampler = null;
        }

        return true;
    }

    public Task<bool> Advance(long generation, long step)
    {
        if (state.State.Lease?.Generation != generation)
        {
            return Task.FromResult(false);
        }

        state.State.Cursor = Math.Max(state.State.Cursor, step);
        return Task.FromResult(true);
    }

    public Task<ShardView> Describe() => Task.FromResult(new ShardView
    {
        Shard = Number,
        Plan = state.State.Plan,
        Lease = state.State.Lease,
        Cursor = state.State.Cursor,
    });

    public Task<IReadOnlyList<int>> Rows(long step)
    {
        var plan = state.State.Plan ?? throw new InvalidOperationException($"Shard {this.GetPrimaryKeyString()} has never been leased.");
        _sampler ??= new(plan.Seed, plan.TrainCount, plan.BatchSize, plan.Shards);
        var rows = new int[_sampler.ShardSizeAt(step, Number)];
        _sampler.RowsAt(step, Number, rows);
        return Task.FromResult<IReadOnlyList<int>>(rows);
    }

    private int Number => int.Parse(this.GetPrimaryKeyString().Split('/')[^1]);
}
