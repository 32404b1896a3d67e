using Sheaf.Specs;
using Sheaf.Training.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>A row of the weight for each whole number; numbers that are stored as floats are taken as such.</summary>
internal sealed class EmbeddingLayer : nn.Module<Tensor, Tensor>, ISelfDrawnLayer
{
    private readonly StepContext _context;
    private readonly Parameter _weight;

    public EmbeddingLayer(StepContext context, LayerSpec.Embedding spec, Device device)
        : base("Embedding")
    {
        _context = context;
        _weight = new Parameter(zeros([spec.Count, spec.Width], device: device));
        register_parameter("weight", _weight);
    }

    public void Draw(InitialisationSpec initialisation, KeyedRandom random) => FirstDraw.Fill(_weight, _weight, new InitialisationSpec.Normal(1), random);

    /// <exception cref="TrainingException">A number has no row; libtorch on a GPU would lose the device of it.</exception>
    public override Tensor forward(Tensor input)
    {
        var places = input.to(ScalarType.Int64);
        var (smallest, largest) = (places.min().item<long>(), places.max().item<long>());
        return smallest >= 0 && largest < _weight.size(0)
            ? _weight.index_select(0, places.flatten()).reshape([.. places.shape, _weight.size(1)])
            : throw new TrainingException(
                $"embedding has the numbers 0 to {_weight.size(0) - 1} and gets {(smallest < 0 ? smallest : largest)}; raise its count, or correct the rows.",
                _context.Step,
                _context.Shard);
    }
}
