using TorchSharp.Modules;

namespace Sheaf.Training.Models.Layers;

/// <summary>
/// A layer whose weight and bias are drawn before the first step, by the caller: PyTorch's own modules would draw them from the process-wide generator.
/// </summary>
internal interface IDrawnLayer
{
    Parameter Weight { get; }

    Parameter? Bias { get; }
}
