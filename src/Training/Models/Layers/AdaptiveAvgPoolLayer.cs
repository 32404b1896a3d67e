using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>
/// Means over windows of a fixed number. Made of slices and means: the gradient of libtorch's own function has no deterministic form on a GPU.
/// </summary>
internal sealed class AdaptiveAvgPoolLayer(int size) : nn.Module<Tensor, Tensor>("AdaptiveAvgPool2d")
{
    public override Tensor forward(Tensor input)
    {
        var (height, width) = (input.size(2), input.size(3));
        if (size == 1)
        {
            return input.mean([2, 3], keepdim: true);
        }

        if (height % size == 0 && width % size == 0)
        {
            return nn.functional.avg_pool2d(input, [height / size, width / size]);
        }

        // PyTorch's windows: from the floor of i h / s to the ceiling of (i + 1) h / s, so that some overlap.
        var rows = new List<Tensor>();
        for (var row = 0; row < size; row++)
        {
            var (top, bottom) = Window(row, height);
            var means = new List<Tensor>();
            for (var column = 0; column < size; column++)
            {
                var (left, right) = Window(column, width);
                means.Add(input.narrow(2, top, bottom - top).narrow(3, left, right - left).mean([2, 3]));
            }

            rows.Add(stack(means, 2));
        }

        return stack(rows, 2);
    }

    private (long First, long End) Window(int index, long length) => (index * length / size, (((index + 1) * length) + size - 1) / size);
}
