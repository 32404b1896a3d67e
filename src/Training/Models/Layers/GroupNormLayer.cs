using Sheaf.Specs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>Normalisation of each sample over groups of channels.</summary>
internal sealed class GroupNormLayer : nn.Module<Tensor, Tensor>
{
    private readonly LayerSpec.GroupNorm _spec;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public GroupNormLayer(int channels, LayerSpec.GroupNorm spec, Device device)
        : base("GroupNorm")
    {
        _spec = spec;
        _weight = new Parameter(ones([channels], device: device));
        _bias = new Parameter(zeros([channels], device: device));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    public override Tensor forward(Tensor input) => nn.functional.group_norm(input, _spec.Groups, _weight, _bias, _spec.Epsilon);
}
