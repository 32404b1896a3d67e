using System.Numerics.Tensors;

namespace Sheaf.Training.Optimization;

/// <summary>
/// Cuts off the numbers of a completed gradient, as torch.nn.utils.clip_grad_value_ does. The gradient itself stays, as it is shared and hashed.
/// </summary>
internal sealed class GradientClamp(double limit, int length)
{
    private readonly float[] _clamped = new float[length];

    /// <summary>The cut gradient, valid until the next call.</summary>
    public ReadOnlySpan<float> Of(ReadOnlySpan<float> gradient)
    {
        TensorPrimitives.Clamp(gradient, (float)-limit, (float)limit, _clamped);
        return _clamped;
    }
}
