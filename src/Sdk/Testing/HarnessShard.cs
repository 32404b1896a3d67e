using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sheaf.Sdk.Testing;

/// <summary>What a shard gives to a step.</summary>
/// <param name="Loss">Its part of the batch's mean.</param>
/// <param name="Gradient">Of all parameters, one behind the other.</param>
/// <param name="Buffers">Float32 buffers after the pass, times the shard's part of the batch.</param>
/// <param name="Counters">Int64 buffers after the pass.</param>
internal sealed record HarnessShard(double Loss, float[] Gradient, float[] Buffers, long[] Counters)
{
    public string GradientHash { get; } = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(Gradient.AsSpan())));
}
