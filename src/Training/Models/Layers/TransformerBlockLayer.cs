using Sheaf.Specs;
using Sheaf.Specs.Layers;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>Attention and two linear layers, each with a way around it and a norm.</summary>
internal sealed class TransformerBlockLayer : nn.Module<Tensor, Tensor>, ISelfDrawnLayer
{
    private readonly LayerSpec.TransformerBlock _spec;

    // TorchSharp registers modules that are fields under the fields' names; it leaves arrays alone.
    private readonly AttentionLayer[] _attention;
    private readonly LinearLayer[] _linears;
    private readonly LayerNormLayer[] _norms;
    private readonly KeyedDropoutLayer[] _dropouts;

    /// <param name="dropouts">Of the attention's weights, of its result, between the linear layers, and of their result.</param>
    public TransformerBlockLayer(int width, LayerSpec.TransformerBlock spec, IReadOnlyList<KeyedDropoutLayer> dropouts, Device device)
        : base("TransformerEncoderLayer")
    {
        (_spec, _dropouts) = (spec, [.. dropouts.Skip(1)]);
        var norm = new LayerSpec.LayerNorm(spec.Epsilon);
        _attention = [new AttentionLayer(width, spec.Attention, dropouts[0], device)];
        _linears = [new LinearLayer(width, spec.WideOf(width), bias: true, device), new LinearLayer(spec.WideOf(width), width, bias: true, device)];
        _norms = [new LayerNormLayer([width], norm, device), new LayerNormLayer([width], norm, device)];
        register_module("self_attn", _attention[0]);
        register_module("linear1", _linears[0]);
        register_module("linear2", _linears[1]);
        register_module("norm1", _norms[0]);
        register_module("norm2", _norms[1]);
        for (var i = 0; i < _dropouts.Length; i++)
        {
            register_module($"dropout{i}", _dropouts[i]);
        }
    }

    public void Draw(InitialisationSpec initialisation, KeyedRandom random)
    {
        _attention[0].Draw(initialisation, random);
        foreach (var linear in _linears)
        {
            FirstDraw.Fill(linear.Weight, linear.Weight, initialisation, random);
            if (initialisation.DrawsBiases)
            {
                FirstDraw.Fill(linear.Bias!, linear.Weight, initialisation, random);
            }
        }
    }

    public override Tensor forward(Tensor input)
    {
        if (_spec.NormFirst)
        {
            input = input.add(Attend(_norms[0].forward(input)));
            return input.add(Widen(_norms[1].forward(input)));
        }

        input = _norms[0].forward(input.add(Attend(input)));
        return _norms[1].forward(input.add(Widen(input)));
    }

    private Tensor Attend(Tensor input) => _dropouts[0].forward(_attention[0].forward(input));

    private Tensor Widen(Tensor input)
    {
        var wide = _linears[0].forward(input);
        wide = _spec.Activation == Activation.Gelu ? nn.functional.gelu(wide) : wide.relu();
        return _dropouts[2].forward(_linears[1].forward(_dropouts[1].forward(wide)));
    }
}
