using Sheaf.Sdk;
using Sheaf.Training.Models;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.UserCode;

/// <summary>Each draw of a forward pass has a stream of its own, above those of Sheaf's layers. Used by one thread at a time.</summary>
internal sealed class KeyedStepRandom(StepContext context) : StepRandom
{
    private const int First = 1 << 20;

    private int _drawn;

    /// <summary>The forward pass of a shard begins on this thread.</summary>
    public void Begin()
    {
        _drawn = 0;
        Use(this);
    }

    public override void Fill(Span<float> values) =>
        new KeyedRandom(context.Seed, RandomPurpose.Dropout, context.Step, context.Shard, First + _drawn++).Fill(values);
}
