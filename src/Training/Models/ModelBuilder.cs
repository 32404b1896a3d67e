using Sheaf.Specs;
using Sheaf.Specs.Layers;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.Randomness;
using Sheaf.Training.UserCode;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>From a spec to a module with its first weights, the same on every worker.</summary>
internal sealed class ModelBuilder
{
    private readonly StepContext _context;
    private readonly InitialisationSpec _initialisation;
    private readonly Device _device;
    private int _built;

    private ModelBuilder(StepContext context, InitialisationSpec initialisation, Device device) =>
        (_context, _initialisation, _device) = (context, initialisation, device);

    /// <summary>Builds outside any dispose scope of the caller's; the module owns its tensors.</summary>
    /// <param name="device">Where parameters and float buffers are; null: the CPU.</param>
    public static nn.Module<Tensor, Tensor> Build(ExperimentSpec spec, ModelPlan plan, StepContext context, ComputeDevice? device = null)
    {
        var builder = new ModelBuilder(context, spec.Initialisation, (device ?? ComputeDevice.Cpu).Device);
        var model = (ModelSpec.Sequential)spec.Model;
        var stack = builder.Stack(model.Layers, plan.Inputs, [.. model.Layers.Select((_, index) => model.NameOf(index))]);
        foreach (var (_, parameter) in stack.named_parameters().Where(named => spec.IsFrozen(named.name)))
        {
            parameter.requires_grad = false;
        }

        return stack;
    }

    /// <summary>As <see cref="Build(ExperimentSpec, ModelPlan, StepContext, ComputeDevice?)"/>, where the model may be a class of the user's own.</summary>
    public static nn.Module<Tensor, Tensor> Build(
        ExperimentSpec spec, ModelPlan plan, StepContext context, ComputeDevice device, DataFacts facts, Packages? packages) =>
        spec.Model.IsOfUser ? UserModel.Build(spec, Demanded(packages), facts, device.Device) : Build(spec, plan, context, device);

    private static Packages Demanded(Packages? packages) => packages ?? throw new UserCodeException("This process takes no code of users.");

    /// <summary>The shapes of a sample before each of the layers.</summary>
    private static IReadOnlyList<IReadOnlyList<int>> Inputs(IReadOnlyList<LayerSpec> layers, IReadOnlyList<int> input)
    {
        var inputs = new List<IReadOnlyList<int>>();
        foreach (var layer in layers)
        {
            inputs.Add(input);
            input = layer.Plan(input).Shape;
        }

        return inputs;
    }

    private LayerStack Stack(IReadOnlyList<LayerSpec> specs, IReadOnlyList<IReadOnlyList<int>> inputs, IReadOnlyList<string>? names) =>
        new([.. specs.Select((layer, index) => Layer(layer, index == 0 ? null : specs[index - 1], inputs[index]))], specs, inputs, names);

    private nn.Module<Tensor, Tensor> Layer(LayerSpec spec, LayerSpec? before, IReadOnlyList<int> input)
    {
        // Every layer, those inside others too, has a number of its own: that of its random numbers.
        var number = _built++;
        var layer = Create(spec, before, input, number);
        if (layer is IDrawnLayer drawn)
        {
            Initialise(drawn, number, _initialisation is InitialisationSpec.Default ? spec.OwnInitialisation ?? _initialisation : _initialisation);
        }

        if (layer is ISelfDrawnLayer own)
        {
            own.Draw(_initialisation, new(_context.Seed, RandomPurpose.Initialisation, 0, 0, 2 * number));
        }

        return layer;
    }

    private nn.Module<Tensor, Tensor> Create(LayerSpec spec, LayerSpec? before, IReadOnlyList<int> input, int number) => spec switch
    {
        LayerSpec.Linear s => new LinearLayer(input[^1], s.Out, s.Bias, _device),
        LayerSpec.Conv2d s => new Conv2dLayer(input[0], s, _device),
        LayerSpec.Conv1d s => new Conv1dLayer(input[0], s, _device),
        LayerSpec.ConvTranspose2d s => new ConvTranspose2dLayer(input[0], s, _device),
        LayerSpec.MaxPool s => Pool(
            "MaxPool", s.Kernel, s.Stride, s.Padding, (x, kernel, stride, padding) => nn.functional.max_pool2d(x, kernel, stride, padding)),
        LayerSpec.AvgPool s => Pool(
            "AvgPool", s.Kernel, s.Stride, s.Padding, (x, kernel, stride, padding) => nn.functional.avg_pool2d(x, kernel, stride, padding)),
        LayerSpec.AdaptiveAvgPool s => new AdaptiveAvgPoolLayer(s.Size),
        LayerSpec.BatchNorm s => new BatchNormLayer(input[0], s, _device),
        LayerSpec.LayerNorm s => new LayerNormLayer(input, s, _device),
        LayerSpec.GroupNorm s => new GroupNormLayer(input[0], s, _device),
        LayerSpec.Embedding s => new EmbeddingLayer(_context, s, _device),
        LayerSpec.PositionalEmbedding s => new PositionalEmbeddingLayer(input, s, _device),
        LayerSpec.Recurrent s => new RecurrentLayer(input[1], s, Dropouts(s.DropProbability > 0 ? s.Layers - 1 : 0, s.DropProbability), _device),
        LayerSpec.MultiHeadAttention s => new AttentionLayer(input[1], s, Dropouts(1, s.DropProbability)[0], _device),
        LayerSpec.TransformerBlock s => new TransformerBlockLayer(input[1], s, Dropouts(4, s.DropProbability), _device),
        LayerSpec.SequencePool s => new PlainLayer("SequencePool", x => s.By switch
        {
            SequencePooling.Mean => x.mean([1]),
            SequencePooling.Max => x.max(1).values,
            SequencePooling.Last => x.select(1, x.size(1) - 1),
            _ => x.select(1, 0),
        }),
        LayerSpec.Dropout s => new KeyedDropoutLayer(_context, number, s.Probability),
        LayerSpec.Dropout2d s => new KeyedDropout2dLayer(_context, number, s.Probability),
        LayerSpec.Flatten => new PlainLayer("Flatten", x => x.flatten(1)),
        LayerSpec.Reshape s => new PlainLayer("Unflatten", x => x.reshape([x.size(0), .. s.Shape.Select(size => (long)size)])),
        LayerSpec.Columns s => new PlainLayer("Columns", x => x.narrow(1, s.From, s.To - s.From + 1)),
        LayerSpec.Branches s => new BranchesLayer(s, [.. s.Inside.Select(path => Stack(path.Layers, Inputs(path.Layers, input), path.Names))]),
        // In place where the layer before needs its own result no more: one buffer and one pass over memory less, the same bits.
        LayerSpec.Relu when before is LayerSpec.Linear or LayerSpec.Conv2d or LayerSpec.MaxPool or LayerSpec.AvgPool or LayerSpec.BatchNorm =>
            new PlainLayer("ReLU", x => x.relu_()),
        LayerSpec.Relu => new PlainLayer("ReLU", x => x.relu()),
        LayerSpec.Relu6 => new PlainLayer("ReLU6", x => nn.functional.relu6(x)),
        LayerSpec.LeakyRelu s => new PlainLayer("LeakyReLU", x => nn.functional.leaky_relu(x, s.NegativeSlope)),
        LayerSpec.Elu s => new PlainLayer("ELU", x => nn.functional.elu(x, s.Alpha)),
        LayerSpec.Gelu => new PlainLayer("GELU", x => nn.functional.gelu(x)),
        LayerSpec.Silu => new PlainLayer("SiLU", x => nn.functional.silu(x)),
        LayerSpec.Softplus s => new PlainLayer("Softplus", x => nn.functional.softplus(x, s.Beta, 20)),
        LayerSpec.Tanh => new PlainLayer("Tanh", x => x.tanh()),
        LayerSpec.Sigmoid => new PlainLayer("Sigmoid", x => x.sigmoid()),
        LayerSpec.Softmax => new PlainLayer("Softmax", x => x.softmax(-1)),
        LayerSpec.LogSoftmax => new PlainLayer("LogSoftmax", x => nn.functional.log_softmax(x, -1)),
        _ => throw new NotSupportedException($"model: a layer is a {spec.GetType().Name}, which this version cannot build."),
    };

    /// <summary>Inside a layer; each has a number of its own.</summary>
    private KeyedDropoutLayer[] Dropouts(int count, double probability) =>
        [.. Enumerable.Range(0, count).Select(_ => new KeyedDropoutLayer(_context, _built++, probability))];

    private static PlainLayer Pool(string name, int kernel, int? stride, int padding, Func<Tensor, long[], long[], long[], Tensor> pool)
    {
        long[] kernels = [kernel, kernel], strides = [stride ?? kernel, stride ?? kernel], paddings = [padding, padding];
        return new(name, x => pool(x, kernels, strides, paddings));
    }

    /// <summary>Weight and bias, from a stream of random numbers for each tensor.</summary>
    private void Initialise(IDrawnLayer layer, int number, InitialisationSpec initialisation)
    {
        FirstDraw.Fill(layer.Weight, layer.Weight, initialisation, new(_context.Seed, RandomPurpose.Initialisation, 0, 0, 2 * number));
        if (layer.Bias is { } bias && initialisation.DrawsBiases)
        {
            FirstDraw.Fill(bias, layer.Weight, initialisation, new(_context.Seed, RandomPurpose.Initialisation, 0, 0, (2 * number) + 1));
        }
    }
}
