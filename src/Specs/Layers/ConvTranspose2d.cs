using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.ConvTranspose2d with square kernels: the gradient of a convolution, which makes images larger.</summary>
    public sealed record ConvTranspose2d(int Out, int Kernel, int Stride = 1, int Padding = 0, int OutputPadding = 0, bool Bias = true) : LayerSpec
    {
        private static readonly SpecField<int> CutField = SpecField<int>.WithDefault(
            "padding", new CountType(0, 1024), 0, "How much is cut off around the result: the padding of the convolution that it undoes.", "1");
        private static readonly SpecField<int> OutputField = SpecField<int>.WithDefault(
            "output_padding", new CountType(0, 1023), 0, "Added to the result's height and width; below the stride.", "1");

        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Image;

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            if (input.Count != 3)
            {
                return LayerPlan.Misfit(input, 3, LayerFields.NeedsImage);
            }

            long Size(int size) => ((size - 1L) * Stride) - (2 * Padding) + Kernel + OutputPadding;
            var (height, width) = (Size(input[1]), Size(input[2]));
            var problem = OutputPadding >= Stride ? $"has an output_padding of {OutputPadding}, and a stride of {Stride}; it must be smaller."
                : height < 1 || width < 1 ? $"would make {height} x {width} of {input[1]} x {input[2]}; lower its padding of {Padding}."
                : Math.Max(height, width) > int.MaxValue ? $"would make {height} x {width}; at most {int.MaxValue} are possible."
                : null;
            return problem is not null
                ? new(input) { Problem = problem }
                : new([Out, (int)height, (int)width])
                {
                    Parameters = LayerFields.Tensors([input[0], Out, Kernel, Kernel], Bias, Out),

                    // Every value of the input goes through the whole window.
                    MultiplyAdds = (double)input[0] * input[1] * input[2] * Out * Kernel * Kernel,
                };
        }

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, ConvTranspose2d>(
            "conv_transpose2d",
            "Transposed convolution of an image with square kernels: makes it larger.",
            "{conv_transpose2d: {out: 8, kernel: 2, stride: 2}}",
            new Section<ConvTranspose2d>(
                [LayerFields.Out, LayerFields.Kernel, LayerFields.Stride, CutField, OutputField, LayerFields.Bias],
                v => new(
                    v.Get(LayerFields.Out),
                    v.Get(LayerFields.Kernel),
                    v.Get(LayerFields.Stride),
                    v.Get(CutField),
                    v.Get(OutputField),
                    v.Get(LayerFields.Bias))))
        {
            Also = ["conv_transpose", "deconv", "deconvolution", "transposed_convolution", "conv2d_transpose"],
        };
    }
}
