using Sheaf.Specs;
using Sheaf.Specs.Layers;
using Sheaf.Training.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>Adds a vector to each place of a sequence.</summary>
internal sealed class PositionalEmbeddingLayer : nn.Module<Tensor, Tensor>, ISelfDrawnLayer
{
    private readonly Parameter? _weight;
    private readonly Tensor[] _fixed;

    public PositionalEmbeddingLayer(IReadOnlyList<int> sample, LayerSpec.PositionalEmbedding spec, Device device)
        : base("PositionalEmbedding")
    {
        _fixed = spec.Kind == PositionKind.Sinusoidal
            ? [tensor(Sines(sample[0], sample[1]), device: device).reshape(sample[0], sample[1]).DetachFromDisposeScope()]
            : [];
        if (spec.Kind == PositionKind.Learned)
        {
            _weight = new Parameter(zeros([sample[0], sample[1]], device: device));
            register_parameter("weight", _weight);
        }
    }

    public void Draw(InitialisationSpec initialisation, KeyedRandom random)
    {
        if (_weight is not null)
        {
            FirstDraw.Fill(_weight, _weight, new InitialisationSpec.Normal(1), random);
        }
    }

    /// <summary>Of place p: sin(p / 10000^(2i / width)) in column 2i, and the cosine behind it.</summary>
    public static float[] Sines(int length, int width)
    {
        var values = new float[length * width];
        for (var i = 0; i < values.Length; i++)
        {
            var (place, column) = (i / width, i % width);
            var angle = place / Math.Pow(10000, (column - (column % 2)) / (double)width);
            values[i] = (float)(column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }

        return values;
    }

    public override Tensor forward(Tensor input) => input.add(_weight ?? _fixed[0]);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(_fixed, each => each.Dispose());
        }

        base.Dispose(disposing);
    }
}
