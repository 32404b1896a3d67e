namespace Sheaf.Sdk;

/// <summary>
/// Random numbers for a forward pass. libtorch's own generator is one for the whole process, so what it gives would depend on how many workers share the
/// process;
/// these follow from the experiment's seed, the step, the shard, and how many times they were drawn in this forward pass.
/// </summary>
public abstract class StepRandom
{
    [ThreadStatic]
    private static StepRandom? t_current;

    /// <summary>Of the forward pass that runs on this thread. Outside of training, as in a test of your own, one that begins with the same numbers in each
    /// thread.</summary>
    public static StepRandom Current => t_current ??= new Plain();

    /// <summary>Fills with numbers from 0 to below 1, each equally likely.</summary>
    public abstract void Fill(Span<float> values);

    /// <summary>For whoever runs forward passes: sets <see cref="Current"/> of this thread; null: none.</summary>
    public static void Use(StepRandom? random) => t_current = random;

    private sealed class Plain : StepRandom
    {
        private readonly Random _random = new(0);

        public override void Fill(Span<float> values)
        {
            foreach (ref var value in values)
            {
                value = _random.NextSingle();
            }
        }
    }
}
