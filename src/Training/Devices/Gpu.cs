namespace Sheaf.Training.Devices;

/// <summary>A GPU that this process may use.</summary>
/// <param name="Index">As CUDA counts, within CUDA_VISIBLE_DEVICES.</param>
/// <param name="Model">Such as <c>NVIDIA H100 80GB HBM3</c>.</param>
public sealed record Gpu(int Index, string Model, long MemoryBytes);
