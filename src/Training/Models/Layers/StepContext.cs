namespace Sheaf.Training.Models.Layers;

/// <summary>Where the forward pass stands: what the keyed generators of the layers need. One for each replica, set before every shard.</summary>
public sealed class StepContext(long seed)
{
    public long Seed { get; } = seed;

    public long Step { get; set; }

    public int Shard { get; set; }
}
