using System.Runtime.Intrinsics.X86;
using Sheaf.Specs;
using Sheaf.Training.Kernels;
using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Stages;

/// <summary>
/// A layer stack on the CPU as stages, each forward and backward in turn: kernels of Sheaf's own where they take less time than libtorch's, autograd for all
/// other layers. Which layers they are follows from the layers' sizes alone, so the bits are the same whatever the batch is cut into.
/// </summary>
internal sealed unsafe class StagedModel : IDisposable
{
    /// <summary>Weights of a linear layer up to which it is Sheaf's own: beyond, blocking for the caches pays, which libtorch's matrix product does.</summary>
    private const int LargestDense = 1 << 18;

    /// <summary>Floats of a convolution's input and output, padded, for one image: beyond, its scratch memory would leave the caches.</summary>
    private const int LargestImage = 1 << 20;

    /// <summary>libtorch's convolutions work on blocks of so many channels; with fewer of either, Sheaf's own is faster.</summary>
    private const int ChannelBlock = 8;

    private readonly LayerStack _stack;
    private readonly IStage[] _stages;

    /// <summary>Stages at the beginning that have nothing to train: no gradient goes into them.</summary>
    private readonly int _fixed;
    private readonly HashSet<object> _own;
    private Tensor? _input;
    private Tensor? _output;

    private StagedModel(LayerStack stack, IEnumerable<IStage> stages, int beginning)
    {
        (_stack, _stages, _fixed) = (stack, [.. stages], beginning);
        _own = new(_stages.SelectMany(stage => stage.Own), ReferenceEqualityComparer.Instance);
    }

    /// <summary>Null where no layer would be Sheaf's own, or the processor lacks AVX2.</summary>
    public static StagedModel? Of(LayerStack stack)
    {
        var beginning = 0;
        var stages = Avx2.IsSupported && Fma.IsSupported ? Cut(stack, out beginning) : [];
        return stages.Any(stage => stage is not AutogradStage) ? new(stack, stages, beginning) : null;
    }

    public bool Owns(Tensor parameter) => _own.Contains(parameter);

    /// <summary>A leaf: what is computed with it leaves its gradient for <see cref="Backward"/>.</summary>
    public Tensor Forward(Tensor input)
    {
        DropEnds();
        var train = is_grad_enabled();

        // The caller's tensor may end with its dispose scope, before the backward pass.
        _input = _stack.Numbers(input).detach().DetachFromDisposeScope();
        input = _input;
        using (no_grad())
        {
            for (var i = 0; i < _stages.Length; i++)
            {
                input = _stages[i].Forward(input, train && i >= _fixed);
            }
        }

        if (!train)
        {
            return input;
        }

        _output = input.detach().requires_grad_().DetachFromDisposeScope();
        return _output;
    }

    /// <summary>
    /// Puts the gradients of the own parameters into their places, and leaves those of the others to autograd. Nothing, where no gradient came back to the
    /// output.
    /// </summary>
    public bool Backward(GradientTarget parameters)
    {
        using var left = _output?.grad;
        if (left is null)
        {
            return false;
        }

        using var given = left.contiguous();
        Tensor? gradient = given;
        for (var i = _stages.Length - 1; i >= _fixed; i--)
        {
            gradient = _stages[i].Backward(gradient!, wanted: i > _fixed, parameters);
        }

        DropEnds();
        return true;
    }

    /// <summary>Forgets a forward pass that no backward pass will follow.</summary>
    public void Drop()
    {
        DropEnds();
        foreach (var stage in _stages)
        {
            stage.Drop();
        }
    }

    public void Dispose()
    {
        Drop();
        foreach (var stage in _stages)
        {
            stage.Dispose();
        }
    }

    /// <param name="beginning">How many of the first stages have nothing to train, where something is frozen; otherwise 0.</param>
    private static List<IStage> Cut(LayerStack stack, out int beginning)
    {
        var stages = new List<IStage>();
        var rest = new List<nn.Module<Tensor, Tensor>>();
        beginning = 0;
        var trained = IsFrozen(stack) ? stack.Layers.ToList().FindIndex(layer => layer.parameters().Any(parameter => parameter.requires_grad)) : 0;
        for (var i = 0; i < stack.Specs.Count; i++)
        {
            if (i == trained && i > 0)
            {
                Close();
                beginning = stages.Count;
            }

            var rectified = Next(1) is LayerSpec.Relu;
            switch (stack.Specs[i])
            {
                case var _ when i >= trained && IsFrozen(stack.Layers[i]):
                    // Sheaf's own kernels have gradients for all of a layer, or are asked for none.
                    rest.Add(stack.Layers[i]);
                    break;
                case LayerSpec.Conv2d { Stride: 1, Groups: 1, Dilation: 1 } conv when IsOwn(conv, stack.Inputs[i]):
                    var pooled = rectified && IsOwn(Next(2)) ? new PoolStage(stack.Inputs[i + 2]) : null;
                    Add(new ConvolutionStage((Conv2dLayer)stack.Layers[i], stack.Inputs[i], rectified, pooled), (rectified ? 1 : 0) + (pooled is null ? 0 : 1));
                    break;
                case LayerSpec.Linear when IsOwnDense(i):
                    Add(new DenseStage((LinearLayer)stack.Layers[i], rectified), rectified ? 1 : 0);
                    break;
                case LayerSpec.MaxPool pool when IsOwn(pool):
                    Add(new PoolStage(stack.Inputs[i]), 0);
                    break;
                case LayerSpec.Flatten when rest.Count == 0 && IsOwnDense(i + 1):
                    // It reads rows of floats, whatever their shape.
                    break;
                case LayerSpec.Relu when rest.Count == 0:
                    // The stack's may work in place, which autograd forbids for what a stage begins with.
                    rest.Add(new PlainLayer("ReLU", x => x.relu()));
                    break;
                default:
                    rest.Add(stack.Layers[i]);
                    break;
            }

            bool IsOwnDense(int layer) => layer < stack.Specs.Count && (layer < trained || !IsFrozen(stack.Layers[layer]))
                && stack.Specs[layer] is LayerSpec.Linear linear && stack.Inputs[layer].Count == 1
                && stack.Inputs[layer].Aggregate(1L, (product, size) => product * size) is >= WeightedRows.Wide and var inputs
                    && inputs * linear.Out <= LargestDense;

            LayerSpec? Next(int distance) => i + distance < stack.Specs.Count ? stack.Specs[i + distance] : null;

            void Add(IStage stage, int taken)
            {
                Close();
                stages.Add(stage);
                i += taken;
            }
        }

        Close();
        return stages;

        void Close()
        {
            if (rest.Count > 0)
            {
                stages.Add(new AutogradStage([.. rest]));
                rest.Clear();
            }
        }
    }

    private static bool IsFrozen(nn.Module layer) => layer.parameters().Any(parameter => !parameter.requires_grad);

    private static bool IsOwn(LayerSpec.Conv2d conv, IReadOnlyList<int> input) => (input[0] < ChannelBlock || conv.Out < ChannelBlock)
        && (long)(input[0] + conv.Out) * (input[1] + (2 * conv.Padding)) * (input[2] + (2 * conv.Padding)) <= LargestImage;

    private static bool IsOwn(LayerSpec? layer) => layer is LayerSpec.MaxPool { Kernel: 2, Stride: null or 2, Padding: 0 };

    private void DropEnds()
    {
        _input?.Dispose();
        _output?.Dispose();
        (_input, _output) = (null, null);
    }
}
