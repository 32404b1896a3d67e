using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>
/// Which training row each sample is mixed with, and how. The other row follows from seed, step and sample, the share from seed and step: they are the same in
/// whatever shard, and on whatever worker, the sample is.
/// </summary>
internal sealed class Mixup(long seed, double alpha, int rows)
{
    private const int StreamBits = 24;

    /// <summary>A shard's place in the key that no sample's id reaches.</summary>
    private const int OfTheStep = 0xFFFF;

    /// <summary>Null where the spec mixes nothing.</summary>
    /// <param name="rows">Of the training set.</param>
    public static Mixup? Of(ExperimentSpec spec, int rows) =>
        spec.Data.Augmentation.OfType<AugmentationSpec.Mixup>().SingleOrDefault() is { } mixup ? new(spec.Seed, mixup.Alpha, rows) : null;

    /// <summary>The row of the training set that a sample is mixed with at a step; it may be its own.</summary>
    public int PartnerOf(long step, int id) =>
        new KeyedRandom(seed, RandomPurpose.Mixup, step, id >> StreamBits, id & ((1 << StreamBits) - 1)).NextInt(rows);

    /// <summary>How much of every sample at a step is its own, from Beta(alpha, alpha).</summary>
    public float ShareAt(long step)
    {
        var random = new KeyedRandom(seed, RandomPurpose.Mixup, step, OfTheStep);
        var (own, other) = (Gamma(random), Gamma(random));
        return own + other > 0 ? (float)(own / (own + other)) : 0.5f;
    }

    /// <summary>The mixture, in the place of <paramref name="own"/>.</summary>
    public static void Mix(Span<float> own, ReadOnlySpan<float> other, float share)
    {
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = (share * own[i]) + ((1 - share) * other[i]);
        }
    }

    /// <summary>G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", 2000; below 1 by the power of a uniform number.</summary>
    private double Gamma(KeyedRandom random)
    {
        var power = alpha < 1 ? Math.Pow(1 - random.NextSingle(), 1 / alpha) : 1;
        var d = (alpha < 1 ? alpha + 1 : alpha) - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var (normal, _) = random.NextNormals();
            var v = Math.Pow(1 + (c * normal), 3);
            var uniform = 1 - random.NextSingle();
            if (v > 0 && Math.Log(uniform) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v * power;
            }
        }
    }
}
