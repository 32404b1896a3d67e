using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Conv2d with square kernels: [n, c, h, w] to [n, <paramref name="Out"/>, h', w'].</summary>
    public sealed record Conv2d(int Out, int Kernel, int Stride = 1, int Padding = 0, bool Bias = true, int Groups = 1, int Dilation = 1) : LayerSpec
    {
        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Image;

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            if (input.Count != 3)
            {
                return LayerPlan.Misfit(input, 3, LayerFields.NeedsImage);
            }

            return LayerFields.GroupProblem(input[0], Out, Groups) is { } problem
                ? new(input) { Problem = problem }
                : LayerPlan.Slide(input, Out, Kernel, (Dilation * (Kernel - 1)) + 1, Stride, Padding).Weighing([Out, input[0] / Groups, Kernel, Kernel]) with
                {
                    Parameters = LayerFields.Tensors([Out, input[0] / Groups, Kernel, Kernel], Bias, Out),
                };
        }

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Conv2d>(
            "conv2d",
            "Convolution of an image with square kernels.",
            "{conv2d: {out: 6, kernel: 5}}",
            new Section<Conv2d>(
                [LayerFields.Out, LayerFields.Kernel, LayerFields.Stride, LayerFields.Padding, LayerFields.Bias, LayerFields.Groups, LayerFields.Dilation],
                v => new(
                    v.Get(LayerFields.Out),
                    v.Get(LayerFields.Kernel),
                    v.Get(LayerFields.Stride),
                    v.Get(LayerFields.Padding),
                    v.Get(LayerFields.Bias),
                    v.Get(LayerFields.Groups),
                    v.Get(LayerFields.Dilation))))
        {
            Also = ["conv", "convolution", "depthwise", "depthwise_conv2d"],
        };
    }
}
