using Sheaf.Sdk;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharTransformer;

/// <summary>A small transformer over characters: Int64 [n, length] in, the scores of the next character at every place, [n, length, characters], out.</summary>
public sealed class Net : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _characters;
    private readonly Embedding _places;
    private readonly ModuleList<Block> _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _scores;

    /// <param name="input">Its shape is the longest context.</param>
    public Net(ModelInput input, int width = 64, int heads = 4, int blocks = 2, double dropout = 0.1)
        : this(input.Shape[0], width, heads, blocks, dropout)
    {
    }

    /// <param name="context">The longest context.</param>
    public Net(int context, int width, int heads, int blocks, double dropout)
        : base(nameof(Net))
    {
        _characters = nn.Embedding(Alphabet.Count, width);
        _places = nn.Embedding(context, width);
        _blocks = new([.. Enumerable.Range(0, blocks).Select(_ => new Block(width, heads, dropout))]);
        _norm = nn.LayerNorm(width);
        _scores = nn.Linear(width, Alphabet.Count);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var state = _characters.forward(input) + _places.forward(arange(input.shape[1], ScalarType.Int64, input.device));
        foreach (var block in _blocks)
        {
            state = block.forward(state);
        }

        return _scores.forward(_norm.forward(state));
    }
}
