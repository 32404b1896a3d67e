using Sheaf.Specs.Layers;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>torch.nn.Conv1d: [n, c, length] to [n, <paramref name="Out"/>, length'].</summary>
    public sealed record Conv1d(int Out, int Kernel, int Stride = 1, int Padding = 0, bool Bias = true, int Groups = 1, int Dilation = 1) : LayerSpec
    {
        private static readonly SpecField<int> KernelField = SpecField<int>.Required("kernel", new CountType(1, 1024), "Length of the window.", "5");

        public override bool HasWeights => true;

        public override SampleShape? Takes => SampleShape.Sequence;

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            if (input.Count != 2)
            {
                return LayerPlan.Misfit(input, 2, "it needs sequences [channels, length], as {reshape: [channels, length]} makes them");
            }

            return LayerFields.GroupProblem(input[0], Out, Groups) is { } problem
                ? new(input) { Problem = problem }
                : LayerPlan.Slide(input, Out, Kernel, (Dilation * (Kernel - 1)) + 1, Stride, Padding).Weighing([Out, input[0] / Groups, Kernel]) with
                {
                    Parameters = LayerFields.Tensors([Out, input[0] / Groups, Kernel], Bias, Out),
                };
        }

        internal static Alternative<LayerSpec> InSpec { get; } = new Alternative<LayerSpec, Conv1d>(
            "conv1d",
            "Convolution of a sequence [channels, length], which reshape makes of a row.",
            "{conv1d: {out: 8, kernel: 5}}",
            new Section<Conv1d>(
                [LayerFields.Out, KernelField, LayerFields.Stride, LayerFields.Padding, LayerFields.Bias, LayerFields.Groups, LayerFields.Dilation],
                v => new(
                    v.Get(LayerFields.Out),
                    v.Get(KernelField),
                    v.Get(LayerFields.Stride),
                    v.Get(LayerFields.Padding),
                    v.Get(LayerFields.Bias),
                    v.Get(LayerFields.Groups),
                    v.Get(LayerFields.Dilation))));
    }
}
