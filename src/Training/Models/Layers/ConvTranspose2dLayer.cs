using Sheaf.Specs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>A transposed convolution; its weight has the inputs first, as PyTorch's.</summary>
internal sealed class ConvTranspose2dLayer : nn.Module<Tensor, Tensor>, IDrawnLayer
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _outputPadding;

    public ConvTranspose2dLayer(int channels, LayerSpec.ConvTranspose2d spec, Device device)
        : base("ConvTranspose2d")
    {
        (_stride, _padding, _outputPadding) = ([spec.Stride, spec.Stride], [spec.Padding, spec.Padding], [spec.OutputPadding, spec.OutputPadding]);
        Weight = new Parameter(zeros([channels, spec.Out, spec.Kernel, spec.Kernel], device: device));
        register_parameter("weight", Weight);
        if (spec.Bias)
        {
            Bias = new Parameter(zeros([spec.Out], device: device));
            register_parameter("bias", Bias);
        }
    }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public override Tensor forward(Tensor input) => nn.functional.conv_transpose2d(input, Weight, Bias, _stride, _padding, _outputPadding);
}
