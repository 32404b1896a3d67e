using Sheaf.Sdk;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// The random numbers of a user's model: those that it asks Sheaf for, each draw of a forward pass from a stream of its own, above those of Sheaf's layers;
/// and those of libtorch's own generator, where it draws from that. Used by one thread at a time.
/// </summary>
/// <param name="context">Where the forward pass stands.</param>
/// <param name="drawsFromLibTorch">The generator, one for all threads, is seeded before each pass, which no other such pass may disturb.</param>
internal sealed class UserRandom(StepContext context, bool drawsFromLibTorch) : StepRandom
{
    private const int First = 1 << 20;

    private int _drawn;

    /// <summary>The forward pass of a shard.</summary>
    public Tensor Forward(FlatModel model, Tensor input)
    {
        _drawn = 0;
        Use(this);
        if (!drawsFromLibTorch)
        {
            return model.Forward(input);
        }

        lock (UserModel.Generator)
        {
            manual_seed((long)(KeyOf(First - 1).NextUInt64() >> 1));
            return model.Forward(input);
        }
    }

    public override void Fill(Span<float> values) => KeyOf(First + _drawn++).Fill(values);

    private KeyedRandom KeyOf(int stream) => new(context.Seed, RandomPurpose.Dropout, context.Step, context.Shard, stream);
}
