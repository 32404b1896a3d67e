using Sheaf.Specs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>Normalisation of each sample over all its values.</summary>
internal sealed class LayerNormLayer : nn.Module<Tensor, Tensor>
{
    private readonly LayerSpec.LayerNorm _spec;
    private readonly long[] _shape;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public LayerNormLayer(IReadOnlyList<int> sample, LayerSpec.LayerNorm spec, Device device)
        : base("LayerNorm")
    {
        (_spec, _shape) = (spec, [.. sample.Select(size => (long)size)]);
        _weight = new Parameter(ones(_shape, device: device));
        _bias = new Parameter(zeros(_shape, device: device));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    public override Tensor forward(Tensor input) => nn.functional.layer_norm(input, _shape, _weight, _bias, _spec.Epsilon);
}
