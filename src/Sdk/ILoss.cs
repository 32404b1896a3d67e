using static TorchSharp.torch;

namespace Sheaf.Sdk;

/// <summary>
/// What training makes smaller. A step's loss is the mean of <see cref="Losses"/> over the whole batch, whichever workers compute its parts. Used by one thread
/// at a time; keeps nothing from one call to the next.
/// </summary>
public interface ILoss
{
    /// <summary>The loss of every sample, [n], or of every part of a sample such as a token, [n, ...]: as many for each sample, and never their sum or
    /// mean.</summary>
    /// <param name="output">What the model made of n samples.</param>
    /// <param name="target">
    /// Int64 [n] where targets are classes, Int64 [n, ...] where the dataset says that they are integers, otherwise Float32 [n, targets].
    /// </param>
    Tensor Losses(Tensor output, Tensor target);
}
