namespace Sheaf.Specs.Layers;

/// <summary>What a layer makes of one sample, known before anything runs.</summary>
/// <param name="Shape">Of the result; as the input where there is a <see cref="Problem"/>.</param>
public sealed record LayerPlan(IReadOnlyList<int> Shape)
{
    /// <summary>In PyTorch's order.</summary>
    public IReadOnlyList<LayerTensor> Parameters { get; init; } = [];

    /// <summary>Float buffers, in PyTorch's order.</summary>
    public IReadOnlyList<LayerTensor> Buffers { get; init; } = [];

    /// <summary>Multiplications with an addition that one sample takes on its way forward, in weighted sums: everything else is small beside them.</summary>
    public double MultiplyAdds { get; init; }

    /// <summary>Shapes on the way, of layers inside.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Inner { get; init; } = [];

    /// <summary>The layers, itself or inside, that normalise over the samples of a shard and see one value of each.</summary>
    public IReadOnlyList<string> SingleValueNorms { get; init; } = [];

    /// <summary>Why the layer cannot take such a sample: what follows its name in a sentence. <c>null</c> where it can.</summary>
    public string? Problem { get; init; }

    public static string Text(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>A layer that needs so many dimensions has got others.</summary>
    public static LayerPlan Misfit(IReadOnlyList<int> input, int dimensions, string fix) =>
        new(input) { Problem = $"gets {Text(input)} a sample, which has {input.Count} dimensions, not {dimensions}; {fix}." };

    /// <summary>A window that slides over all but the first dimension.</summary>
    /// <param name="reach">Of the window: its size, spread by a dilation.</param>
    public static LayerPlan Slide(IReadOnlyList<int> input, int channels, int kernel, int reach, int stride, int padding)
    {
        var padded = input.Skip(1).Select(size => size + (2 * padding)).ToList();
        if (padded.Exists(size => reach > size))
        {
            var spread = reach == kernel ? "," : $", which its dilation spreads over {reach},";
            return new(input)
            {
                Problem = $"has a kernel of {kernel}{spread} larger than its input of {string.Join(" x ", input.Skip(1))} with padding {padding}; "
                    + $"choose at most {padded.Min()}.",
            };
        }

        return new([channels, .. padded.Select(size => ((size - reach) / stride) + 1)]);
    }

    /// <summary>A window over each channel of an image, padded by half of it at most.</summary>
    public static LayerPlan Pool(IReadOnlyList<int> input, int kernel, int stride, int padding) =>
        input.Count != 3 ? Misfit(input, 3, LayerFields.NeedsImage)
        : padding * 2 > kernel ? new(input) { Problem = $"has padding {padding}; allowed is at most half the kernel ({kernel / 2})." }
        : Slide(input, input[0], kernel, kernel, stride, padding);

    /// <summary>A window's weighted sums at every place of the result; where the window does not fit there is nothing to count.</summary>
    /// <param name="weights">Their shape: outputs, inputs, window.</param>
    public LayerPlan Weighing(IReadOnlyList<int> weights) => Problem is not null
        ? this
        : this with { MultiplyAdds = weights.Concat(Shape.Skip(1)).Aggregate(1.0, (product, size) => product * size) };
}
