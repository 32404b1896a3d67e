using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Augmentations;

/// <summary>
/// Changes gathered training rows by chance. What becomes of a sample follows from seed, step and sample alone: it is the same in whatever shard, and on
/// whatever worker, the sample is. Used by one thread at a time.
/// </summary>
internal sealed class Augmenter
{
    private const int StreamBits = 24;

    private readonly long _seed;
    private readonly Augmentation[] _changes;
    private readonly int _width;

    private Augmenter(long seed, IReadOnlyList<int> shape, IEnumerable<Augmentation> changes) =>
        (_seed, _width, _changes) = (seed, shape.Aggregate(1, (product, size) => product * size), [.. changes]);

    /// <summary>Null where the spec changes no row by itself.</summary>
    /// <param name="shape">Of a sample.</param>
    /// <param name="range">What black and white are in each channel; null: nothing is known of them.</param>
    public static Augmenter? Of(ExperimentSpec spec, IReadOnlyList<int> shape, IReadOnlyList<PixelRange>? range = null)
    {
        var alone = spec.Data.Augmentation.Where(change => change is not AugmentationSpec.Mixup).ToList();
        return alone.Count == 0 ? null : new(spec.Seed, shape, alone.Select(change => Augmentation.Of(change, shape, range)));
    }

    /// <param name="ids">Of the samples.</param>
    /// <param name="features">Theirs, one after the other.</param>
    public void Apply(long step, ReadOnlySpan<int> ids, Span<float> features)
    {
        for (var row = 0; row < ids.Length; row++)
        {
            // An id has more bits than a stream: the rest goes where other purposes have their shard.
            var random = new KeyedRandom(_seed, RandomPurpose.Augmentation, step, ids[row] >> StreamBits, ids[row] & ((1 << StreamBits) - 1));
            foreach (var change in _changes)
            {
                change.Apply(features.Slice(row * _width, _width), random);
            }
        }
    }
}
