using Sheaf.Contracts.Specs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>A convolution with weights that the caller fills (see <see cref="LinearLayer"/>).</summary>
internal sealed class Conv2dLayer : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly long[] _stride;
    private readonly long[] _padding;

    public Conv2dLayer(int channels, LayerSpec.Conv2d spec, Device device)
        : base("Conv2d")
    {
        _stride = [spec.Stride, spec.Stride];
        _padding = [spec.Padding, spec.Padding];
        _weight = new Parameter(zeros([spec.Out, channels, spec.Kernel, spec.Kernel], device: device));
        register_parameter("weight", _weight);
        if (spec.Bias)
        {
            _bias = new Parameter(zeros([spec.Out], device: device));
            register_parameter("bias", _bias);
        }
    }

    public override Tensor forward(Tensor input) => nn.functional.conv2d(input, _weight, _bias, _stride, _padding);
}
