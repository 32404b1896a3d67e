using static TorchSharp.torch;

namespace Sheaf.Sdk;

/// <summary>
/// Dropout as torch.nn.Dropout, with a mask from <see cref="StepRandom"/>: the same on any number of workers. A kept value is scaled by 1 / (1 - p). In
/// evaluation
/// it does nothing.
/// </summary>
public sealed class Dropout : nn.Module<Tensor, Tensor>
{
    private readonly float _probability;

    /// <param name="probability">That a value becomes 0; 0 to below 1.</param>
    public Dropout(double probability = 0.5)
        : base(nameof(Dropout))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(probability, 1);
        _probability = (float)probability;
    }

    public override Tensor forward(Tensor input)
    {
        if (!training || _probability == 0)
        {
            return input;
        }

        var mask = new float[input.numel()];
        StepRandom.Current.Fill(mask);
        var scale = 1 / (1 - _probability);
        foreach (ref var value in mask.AsSpan())
        {
            value = value < _probability ? 0 : scale;
        }

        return input * tensor(mask, input.shape, device: input.device);
    }
}
