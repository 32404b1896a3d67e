using Sheaf.Specs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>A convolution with square kernels.</summary>
internal sealed class Conv2dLayer : nn.Module<Tensor, Tensor>, IDrawnLayer
{
    private readonly LayerSpec.Conv2d _spec;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _dilation;

    public Conv2dLayer(int channels, LayerSpec.Conv2d spec, Device device)
        : base("Conv2d")
    {
        _spec = spec;
        _stride = [spec.Stride, spec.Stride];
        _padding = [spec.Padding, spec.Padding];
        _dilation = [spec.Dilation, spec.Dilation];
        Weight = new Parameter(zeros([spec.Out, channels / spec.Groups, spec.Kernel, spec.Kernel], device: device));
        register_parameter("weight", Weight);
        if (spec.Bias)
        {
            Bias = new Parameter(zeros([spec.Out], device: device));
            register_parameter("bias", Bias);
        }
    }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public int Outputs => _spec.Out;

    public int Kernel => _spec.Kernel;

    public int Padding => _spec.Padding;

    /// <summary>The shape of one sample of the result.</summary>
    public IReadOnlyList<int> OutputOf(IReadOnlyList<int> input) => _spec.Plan(input).Shape;

    public override Tensor forward(Tensor input) => nn.functional.conv2d(input, Weight, Bias, _stride, _padding, _dilation, _spec.Groups);
}
