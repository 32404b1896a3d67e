using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests;

/// <summary>
/// The identity of a model's weights: the SHA-256 of the safetensors file that <see cref="Safetensors"/> makes of them, in lower-case hexadecimal.
/// So it covers names, types, shapes and bytes in the model's order, is what <c>sha256sum weights.safetensors</c> prints of any checkpoint, and is the
/// same at whatever step, generation or number of workers the same bits were reached.
/// </summary>
public static class WeightsHash
{
    public static string Of(IReadOnlyList<NamedArray> weights)
    {
        using var hash = new HashingStream(Stream.Null);
        Safetensors.Write(hash, weights);
        return hash.Finish().Sha256;
    }
}
