using System.Runtime.InteropServices;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>Dropout of whole channels, drawn from (seed, step, shard, layer) as in <see cref="KeyedDropoutLayer"/>.</summary>
internal sealed class KeyedDropout2dLayer(StepContext context, int stream, double probability) : nn.Module<Tensor, Tensor>("Dropout2d")
{
    public override Tensor forward(Tensor input) => training && probability > 0 ? input.mul(Mask(input)) : input;

    private Tensor Mask(Tensor input)
    {
        using var noGrad = no_grad();
        var mask = empty([input.size(0), input.size(1), 1, 1]);
        var values = MemoryMarshal.Cast<byte, float>(mask.bytes);
        new KeyedRandom(context.Seed, RandomPurpose.Dropout, context.Step, context.Shard, stream).Fill(values);
        var (threshold, scale) = ((float)probability, (float)(1 / (1 - probability)));
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = values[i] < threshold ? 0 : scale;
        }

        return input.device_type == TorchSharp.DeviceType.CPU ? mask : mask.to(input.device);
    }
}
