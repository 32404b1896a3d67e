using static TorchSharp.torch;

namespace Sheaf.Training.Models.Stages;

/// <summary>
/// A part of a model with a backward pass of its own. Used by one thread at a time; a forward pass may be followed by one backward pass, for the same samples.
/// </summary>
internal interface IStage : IDisposable
{
    /// <summary>The result is the stage's own memory, valid until its next forward pass.</summary>
    /// <param name="input">Contiguous floats on the CPU; stays as it is until the backward pass is over.</param>
    /// <param name="train">A backward pass may follow.</param>
    Tensor Forward(Tensor input, bool train);

    /// <summary>Gives the gradient of the input, valid until the next backward pass; null where it is not wanted.</summary>
    /// <param name="gradient">Of the result.</param>
    /// <param name="parameters">Where the gradients of the stage's own parameters go; see <see cref="Own"/>.</param>
    Tensor? Backward(Tensor gradient, bool wanted, GradientTarget parameters);

    /// <summary>Forgets a forward pass that no backward pass will follow.</summary>
    void Drop();

    /// <summary>The parameters whose gradients <see cref="Backward"/> puts in their places; those of all others are left to autograd.</summary>
    IEnumerable<Tensor> Own { get; }
}
