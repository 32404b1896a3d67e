using System.Runtime.InteropServices;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>
/// Dropout whose mask is drawn from (seed, step, shard, layer): the same for any number of workers, and without libtorch's process-wide generator.
/// A kept value is scaled by 1 / (1 - p). In evaluation it does nothing.
/// </summary>
internal sealed class KeyedDropoutLayer(StepContext context, int stream, double probability) : nn.Module<Tensor, Tensor>("Dropout")
{
    private readonly Dictionary<long, Tensor> _masks = [];

    public override Tensor forward(Tensor input) => training && probability > 0 ? input.mul(On(input, Mask(input))) : input;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var mask in _masks.Values)
            {
                mask.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private static Tensor On(Tensor input, Tensor mask) => input.device_type == TorchSharp.DeviceType.CPU ? mask : mask.to(input.device);

    /// <summary>On the host. Its memory is written anew for every shard; the shard's backward pass is over by then.</summary>
    private Tensor Mask(Tensor input)
    {
        if (!_masks.TryGetValue(input.numel(), out var mask))
        {
            mask = empty(input.shape).DetachFromDisposeScope();
            _masks.Add(input.numel(), mask);
        }

        var values = MemoryMarshal.Cast<byte, float>(mask.bytes);
        new KeyedRandom(context.Seed, RandomPurpose.Dropout, context.Step, context.Shard, stream).Fill(values);
        var (threshold, scale) = ((float)probability, (float)(1 / (1 - probability)));
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = values[i] < threshold ? 0 : scale;
        }

        return mask;
    }
}
