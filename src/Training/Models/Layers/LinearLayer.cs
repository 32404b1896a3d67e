using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>x Wᵀ + b.</summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>, IDrawnLayer
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
