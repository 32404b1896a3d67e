using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sheaf.Training.Optimization;

/// <summary>
/// The 2-norm of a completed gradient, in double precision and in a fixed order (16 running sums), so it has the same bits on every worker and processor.
/// </summary>
internal static class GradientNorm
{
    public static double Of(ReadOnlySpan<float> gradient)
    {
        Vector512<double> even = default, odd = default;
        ref var g = ref MemoryMarshal.GetReference(gradient);
        var whole = gradient.Length - (gradient.Length % Vector512<float>.Count);
        for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector512<float>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref g, i));
            even += low * low;
            odd += high * high;
        }

        var sums = even + odd;
        var sum = 0.0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            sum += sums[lane];
        }

        foreach (var value in gradient[whole..])
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>The factor that brings a gradient down to <paramref name="limit"/>, as torch.nn.utils.clip_grad_norm_ has it; at most 1.</summary>
    public static float ClipFactor(double norm, double limit) => (float)Math.Min(1, limit / (norm + 1e-6));
}
