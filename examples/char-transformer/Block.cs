using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharTransformer;

/// <summary>One block of a transformer that reads from left to right, with the norms before attention and before the two linear layers (as GPT-2).</summary>
internal sealed class Block : nn.Module<Tensor, Tensor>
{
    private readonly int _heads;
    private readonly LayerNorm _beforeAttention;
    private readonly Linear _queryKeyValue;
    private readonly Linear _joined;
    private readonly LayerNorm _beforeLinear;
    private readonly Linear _wide;
    private readonly Linear _narrow;
    private readonly Sheaf.Sdk.Dropout _dropout;

    public Block(int width, int heads, double dropout)
        : base(nameof(Block))
    {
        _heads = heads;
        _beforeAttention = nn.LayerNorm(width);
        _queryKeyValue = nn.Linear(width, 3 * width);
        _joined = nn.Linear(width, width);
        _beforeLinear = nn.LayerNorm(width);
        _wide = nn.Linear(width, 4 * width);
        _narrow = nn.Linear(4 * width, width);
        _dropout = new(dropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        input = input + _dropout.forward(Attend(_beforeAttention.forward(input)));
        return input + _dropout.forward(_narrow.forward(nn.functional.gelu(_wide.forward(_beforeLinear.forward(input)))));
    }

    private Tensor Attend(Tensor input)
    {
        var (samples, length, width) = (input.shape[0], input.shape[1], input.shape[2]);
        var parts = _queryKeyValue.forward(input).view(samples, length, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4);
        var (query, key, value) = (parts[0], parts[1], parts[2]);
        var scores = query.matmul(key.transpose(-2, -1)) / Math.Sqrt(width / _heads);

        // No character sees those that come after it.
        var later = ones(length, length, dtype: ScalarType.Bool, device: input.device).triu(1);
        var seen = scores.masked_fill(later, float.NegativeInfinity).softmax(-1);
        return _joined.forward(seen.matmul(value).transpose(1, 2).reshape(samples, length, width));
    }
}
