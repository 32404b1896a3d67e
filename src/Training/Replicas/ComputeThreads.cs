namespace Sheaf.Training.Replicas;

/// <summary>One kernel thread: with more, the order of additions depends on the machine.</summary>
internal static class ComputeThreads
{
    /// <summary>For the calling thread and the libraries of linear algebra that libtorch brings.</summary>
    public static void LimitToOne() => TorchSharp.torch.set_num_threads(1);
}
