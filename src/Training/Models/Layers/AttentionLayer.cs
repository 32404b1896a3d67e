using Sheaf.Specs;
using Sheaf.Training.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>Attention of a sequence to itself, in plain products and softmax: the fused kernels' gradients have no fixed order on a GPU.</summary>
internal sealed class AttentionLayer : nn.Module<Tensor, Tensor>, ISelfDrawnLayer
{
    private readonly LayerSpec.MultiHeadAttention _spec;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    // TorchSharp registers modules that are fields under the fields' names; it leaves arrays alone.
    private readonly LinearLayer[] _joined;
    private readonly KeyedDropoutLayer[] _dropout;

    public AttentionLayer(int width, LayerSpec.MultiHeadAttention spec, KeyedDropoutLayer dropout, Device device)
        : base("MultiheadAttention")
    {
        (_spec, _dropout) = (spec, [dropout]);
        _weight = new Parameter(zeros([3 * width, width], device: device));
        register_parameter("in_proj_weight", _weight);
        if (spec.Bias)
        {
            _bias = new Parameter(zeros([3 * width], device: device));
            register_parameter("in_proj_bias", _bias);
        }

        _joined = [new LinearLayer(width, width, spec.Bias, device)];
        register_module("out_proj", _joined[0]);
        register_module("dropout", dropout);
    }

    public void Draw(InitialisationSpec initialisation, KeyedRandom random)
    {
        FirstDraw.Fill(_weight, _weight, initialisation is InitialisationSpec.Default ? new InitialisationSpec.Xavier() : initialisation, random);

        // PyTorch leaves this bias at 0, other than that of a linear layer.
        FirstDraw.Fill(_joined[0].Weight, _joined[0].Weight, initialisation, random);
    }

    public override Tensor forward(Tensor input)
    {
        var (samples, length, width) = (input.size(0), input.size(1), input.size(2));
        var part = width / _spec.Heads;
        var parts = nn.functional.linear(input, _weight, _bias).view(samples, length, 3, _spec.Heads, part).permute(2, 0, 3, 1, 4).unbind(0);
        var scores = parts[0].mul(1 / Math.Sqrt(part)).matmul(parts[1].transpose(-2, -1));
        if (_spec.Causal)
        {
            scores = scores.masked_fill(ones([length, length], ScalarType.Bool, input.device).triu(1), float.NegativeInfinity);
        }

        var seen = _dropout[0].forward(scores.softmax(-1));
        return _joined[0].forward(seen.matmul(parts[2]).transpose(1, 2).reshape(samples, length, width));
    }
}
