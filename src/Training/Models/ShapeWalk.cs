using Sheaf.Specs;

namespace Sheaf.Training.Models;

/// <summary>
/// Follows the shape of one sample through a list of layers, collecting tensors and problems. After a problem the shape is unknown and later layers are not
/// judged.
/// </summary>
internal sealed class ShapeWalk(IReadOnlyList<int> input, List<string> problems)
{
    private readonly List<IReadOnlyList<int>> _inputs = [];
    private readonly List<PlannedTensor> _parameters = [];
    private readonly List<PlannedTensor> _buffers = [];
    private readonly List<string> _singleValueNorms = [];
    private int _index;

    public IReadOnlyList<int> Shape { get; private set; } = input;

    public bool Known { get; private set; } = true;

    public IReadOnlyList<IReadOnlyList<int>> Inputs => _inputs;

    public IReadOnlyList<PlannedTensor> Parameters => _parameters;

    public IReadOnlyList<PlannedTensor> Buffers => _buffers;

    /// <summary>BatchNorm layers that see one value a sample and channel.</summary>
    public IReadOnlyList<string> SingleValueNorms => _singleValueNorms;

    public void Add(LayerSpec layer)
    {
        var index = _index++;
        _inputs.Add(Shape);
        if (!Known)
        {
            return;
        }

        switch (layer)
        {
            case LayerSpec.Linear linear:
                if (Want(1, "linear", index, "put flatten before it"))
                {
                    AddParameters("linear", index, [linear.Out, Shape[0]], linear.Bias, linear.Out);
                    Shape = [linear.Out];
                }

                break;
            case LayerSpec.Conv2d conv:
                if (Want(3, "conv2d", index, "it needs images [channels, height, width]"))
                {
                    AddParameters("conv2d", index, [conv.Out, Shape[0], conv.Kernel, conv.Kernel], conv.Bias, conv.Out);
                    Slide("conv2d", index, conv.Out, conv.Kernel, conv.Stride, conv.Padding);
                }

                break;
            case LayerSpec.MaxPool pool:
                if (Want(3, "max_pool", index, "it needs images [channels, height, width]"))
                {
                    Slide("max_pool", index, Shape[0], pool.Kernel, pool.Stride ?? pool.Kernel, pool.Padding);
                }

                break;
            case LayerSpec.AvgPool pool:
                if (Want(3, "avg_pool", index, "it needs images [channels, height, width]"))
                {
                    Slide("avg_pool", index, Shape[0], pool.Kernel, pool.Stride ?? pool.Kernel, pool.Padding);
                }

                break;
            case LayerSpec.BatchNorm:
                AddParameters("batch_norm", index, [Shape[0]], true, Shape[0]);
                _buffers.Add(new($"{index}.running_mean", [Shape[0]]));
                _buffers.Add(new($"{index}.running_var", [Shape[0]]));
                if (Shape.Skip(1).All(size => size == 1))
                {
                    _singleValueNorms.Add($"layers[{index}] batch_norm");
                }

                break;
            case LayerSpec.Flatten:
                Flatten(index);
                break;
            case LayerSpec.Softmax or LayerSpec.LogSoftmax:
                Want(1, layer is LayerSpec.Softmax ? "softmax" : "log_softmax", index, "put flatten before it");
                break;
            case LayerSpec.Dropout or LayerSpec.Relu or LayerSpec.Tanh or LayerSpec.Sigmoid:
                break;
            default:
                throw new NotSupportedException($"model: layers[{index}] is a {layer.GetType().Name}, which this version cannot build.");
        }
    }

    private void Flatten(int index)
    {
        var size = Shape.Aggregate(1L, (product, each) => product * each);
        if (size > int.MaxValue)
        {
            Problem($"model: layers[{index}] flatten makes {size} values of a sample; at most {int.MaxValue} are possible.");
            return;
        }

        Shape = [(int)size];
    }

    private void AddParameters(string layer, int index, IReadOnlyList<int> weight, bool bias, int outputs)
    {
        var planned = new PlannedTensor($"{index}.weight", weight);
        var floats = ModelPlan.FloatsOf([.. _parameters, .. _buffers, planned]);
        if (floats > ModelPlan.MaxFloats)
        {
            Problem($"model: layers[{index}] {layer} has {planned.Count:N0} weights{(_parameters.Count > 0 ? $", with those before it {floats:N0}" : "")}; a model has at most {ModelPlan.MaxFloats:N0} in all.");
            return;
        }

        _parameters.Add(planned);
        if (bias)
        {
            _parameters.Add(new($"{index}.bias", [outputs]));
        }
    }

    private bool Want(int dimensions, string layer, int index, string fix)
    {
        if (Shape.Count == dimensions)
        {
            return true;
        }

        Problem($"model: layers[{index}] {layer} gets [{string.Join(", ", Shape)}] a sample, which has {Shape.Count} dimensions, not {dimensions}; {fix}.");
        return false;
    }

    private void Slide(string layer, int index, int channels, int kernel, int stride, int padding)
    {
        int height = Shape[1] + (2 * padding), width = Shape[2] + (2 * padding);
        if (kernel > height || kernel > width)
        {
            Problem($"model: layers[{index}] {layer} has a kernel of {kernel}, larger than its input of {Shape[1]} x {Shape[2]} with padding {padding}; choose at most {Math.Min(height, width)}.");
        }
        else if (layer != "conv2d" && padding * 2 > kernel)
        {
            Problem($"model: layers[{index}] {layer} has padding {padding}; allowed is at most half the kernel ({kernel / 2}).");
        }
        else
        {
            Shape = [channels, ((height - kernel) / stride) + 1, ((width - kernel) / stride) + 1];
        }
    }

    private void Problem(string text)
    {
        problems.Add(text);
        Known = false;
    }
}
