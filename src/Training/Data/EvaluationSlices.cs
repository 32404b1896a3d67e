namespace Sheaf.Training.Data;

/// <summary>An evaluation's fixed, contiguous slices of a row set, one a shard, cut as a batch is (<see cref="Slices"/>).</summary>
public readonly record struct EvaluationSlices(int Count, int Shards)
{
    public int SizeOf(int shard) => Slices.SizeOf(Count, Shards, shard);

    public int StartOf(int shard) => Slices.StartOf(Count, Shards, shard);
}
