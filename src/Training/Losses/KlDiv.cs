using Sheaf.Specs;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>torch.nn.functional.kl_div with the reduction batchmean.</summary>
internal sealed class KlDiv(LossSpec.KlDiv spec, int outputs) : Loss(spec, outputs)
{
    public override int SampleWeight => 1;

    protected override Tensor SumOf(Tensor output, Tensor target) => nn.functional.kl_div(output, target, log_target: false, nn.Reduction.Sum);
}
