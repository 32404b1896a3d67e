using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>x Wᵀ + b, with weights that the caller fills: PyTorch's own module would draw them from the process-wide generator.</summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>
{
    public LinearLayer(int inputs, int outputs, bool bias, Device device)
        : base("Linear")
    {
        Weight = new Parameter(zeros([outputs, inputs], device: device));
        register_parameter("weight", Weight);
        if (bias)
        {
            Bias = new Parameter(zeros([outputs], device: device));
            register_parameter("bias", Bias);
        }
    }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public int Inputs => (int)Weight.size(1);

    public int Outputs => (int)Weight.size(0);

    public override Tensor forward(Tensor input) => nn.functional.linear(input, Weight, Bias);
}
