using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>x Wᵀ + b, with weights that the caller fills: PyTorch's own module would draw them from the process-wide generator.</summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    public LinearLayer(int inputs, int outputs, bool bias, Device device)
        : base("Linear")
    {
        _weight = new Parameter(zeros([outputs, inputs], device: device));
        register_parameter("weight", _weight);
        if (bias)
        {
            _bias = new Parameter(zeros([outputs], device: device));
            register_parameter("bias", _bias);
        }
    }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
}
