using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>The layers that a spec can name.</summary>
internal static class LayerSection
{
    public static ChoiceType<LayerSpec> Type { get; } = new(
        "layer",
        [
            LayerSpec.Linear.InSpec,
            LayerSpec.Conv2d.InSpec,
            LayerSpec.Conv1d.InSpec,
            LayerSpec.ConvTranspose2d.InSpec,
            LayerSpec.MaxPool.InSpec,
            LayerSpec.AvgPool.InSpec,
            LayerSpec.AdaptiveAvgPool.InSpec,
            LayerSpec.BatchNorm.InSpec,
            LayerSpec.LayerNorm.InSpec,
            LayerSpec.GroupNorm.InSpec,
            LayerSpec.Dropout.InSpec,
            LayerSpec.Dropout2d.InSpec,
            LayerSpec.Flatten.InSpec,
            LayerSpec.Reshape.InSpec,
            LayerSpec.Columns.InSpec,
            LayerSpec.Residual.InSpec,
            LayerSpec.Parallel.InSpec,
            LayerSpec.Embedding.InSpec,
            LayerSpec.PositionalEmbedding.InSpec,
            LayerSpec.Lstm.InSpec,
            LayerSpec.Gru.InSpec,
            LayerSpec.MultiHeadAttention.InSpec,
            LayerSpec.TransformerBlock.InSpec,
            LayerSpec.SequencePool.InSpec,
            LayerSpec.Relu.InSpec,
            LayerSpec.Relu6.InSpec,
            LayerSpec.LeakyRelu.InSpec,
            LayerSpec.Elu.InSpec,
            LayerSpec.Gelu.InSpec,
            LayerSpec.Silu.InSpec,
            LayerSpec.Softplus.InSpec,
            LayerSpec.Tanh.InSpec,
            LayerSpec.Sigmoid.InSpec,
            LayerSpec.Softmax.InSpec,
            LayerSpec.LogSoftmax.InSpec,
        ])
    {
        Reserved = ["assembly", "type", "conv3d"],
    };
}
