using Sheaf.Specs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>Batch normalisation. <c>num_batches_tracked</c> is advanced by the replica, once a step, not here, once a shard, and stays on the host.</summary>
internal sealed class BatchNormLayer : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Tensor _mean;
    private readonly Tensor _variance;
    private readonly LayerSpec.BatchNorm _spec;

    public BatchNormLayer(int channels, LayerSpec.BatchNorm spec, Device device)
        : base("BatchNorm")
    {
        _spec = spec;
        _weight = new Parameter(ones([channels], device: device));
        _bias = new Parameter(zeros([channels], device: device));
        _mean = zeros([channels], device: device);
        _variance = ones([channels], device: device);
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
        register_buffer("running_mean", _mean);
        register_buffer("running_var", _variance);
        register_buffer("num_batches_tracked", zeros([], ScalarType.Int64));
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.batch_norm(input, _mean, _variance, _weight, _bias, training, _spec.Momentum, _spec.Epsilon);
}
