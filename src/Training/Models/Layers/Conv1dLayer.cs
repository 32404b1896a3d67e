using Sheaf.Specs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>A convolution over a sequence.</summary>
internal sealed class Conv1dLayer : nn.Module<Tensor, Tensor>, IDrawnLayer
{
    private readonly LayerSpec.Conv1d _spec;

    public Conv1dLayer(int channels, LayerSpec.Conv1d spec, Device device)
        : base("Conv1d")
    {
        _spec = spec;
        Weight = new Parameter(zeros([spec.Out, channels / spec.Groups, spec.Kernel], device: device));
        register_parameter("weight", Weight);
        if (spec.Bias)
        {
            Bias = new Parameter(zeros([spec.Out], device: device));
            register_parameter("bias", Bias);
        }
    }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public override Tensor forward(Tensor input) => nn.functional.conv1d(input, Weight, Bias, _spec.Stride, _spec.Padding, _spec.Dilation, _spec.Groups);
}
