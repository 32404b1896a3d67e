using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.cross_entropy.</summary>
internal sealed class CrossEntropy(LossSpec.CrossEntropy spec, int outputs) : Loss(spec, outputs)
{
    public override bool Probabilities(ReadOnlySpan<float> output, Span<double> probabilities)
    {
        var largest = System.Numerics.Tensors.TensorPrimitives.Max(output);
        var sum = 0.0;
        for (var i = 0; i < output.Length; i++)
        {
            probabilities[i] = Math.Exp((double)output[i] - largest);
            sum += probabilities[i];
        }

        System.Numerics.Tensors.TensorPrimitives.Divide(probabilities, sum, probabilities);
        return true;
    }

    protected override Tensor SumOf(Tensor output, Tensor target) =>
        nn.functional.cross_entropy(output, target, ClassWeights(output), reduction: nn.Reduction.Sum, label_smoothing: spec.LabelSmoothing);
}
