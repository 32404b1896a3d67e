namespace Sheaf.Specs;

/// <summary>One layer. Names and defaults are PyTorch's; input sizes are inferred from what comes before.</summary>
public abstract record LayerSpec
{
    /// <summary>[n, in] to [n, <paramref name="Out"/>]. A image-shaped input needs a <see cref="Flatten"/> before.</summary>
    public sealed record Linear(int Out, bool Bias = true) : LayerSpec;

    /// <summary>[n, c, h, w] to [n, <paramref name="Out"/>, h', w'], square kernels.</summary>
    public sealed record Conv2d(int Out, int Kernel, int Stride = 1, int Padding = 0, bool Bias = true) : LayerSpec;

    /// <summary><paramref name="Stride"/> null means <paramref name="Kernel"/>.</summary>
    public sealed record MaxPool(int Kernel, int? Stride = null, int Padding = 0) : LayerSpec;

    /// <summary><paramref name="Stride"/> null means <paramref name="Kernel"/>.</summary>
    public sealed record AvgPool(int Kernel, int? Stride = null, int Padding = 0) : LayerSpec;

    /// <summary>Batch normalisation over channels (images) or columns (vectors).</summary>
    public sealed record BatchNorm(double Epsilon = 1e-5, double Momentum = 0.1) : LayerSpec;

    /// <summary>The mask comes from the experiment's keyed generator. 0 &lt;= <paramref name="Probability"/> &lt; 1.</summary>
    public sealed record Dropout(double Probability = 0.5) : LayerSpec;

    public sealed record Flatten : LayerSpec;

    public sealed record Relu : LayerSpec;

    public sealed record Tanh : LayerSpec;

    public sealed record Sigmoid : LayerSpec;

    /// <summary>Over the columns of a vector.</summary>
    public sealed record Softmax : LayerSpec;

    /// <summary>Over the columns of a vector.</summary>
    public sealed record LogSoftmax : LayerSpec;
}
