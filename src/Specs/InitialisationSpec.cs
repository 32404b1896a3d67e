namespace Sheaf.Specs;

/// <summary>How the first weights of linear layers and convolutions are drawn. Each way stands, with its keys in a spec, in a file of its own.</summary>
public abstract partial record InitialisationSpec
{
    /// <summary>Whether the draws are uniform around 0, and not normal.</summary>
    public virtual bool IsUniform => false;

    /// <summary>The mean of the weights.</summary>
    public virtual double Mean => 0;

    /// <summary>Whether biases are drawn too, as PyTorch's modules do; otherwise they are 0.</summary>
    public virtual bool DrawsBiases => false;

    /// <summary>The standard deviation of a tensor's weights, or half the width of the range where <see cref="IsUniform"/>; 0: all are the mean.</summary>
    /// <param name="fanIn">Inputs that one output has.</param>
    /// <param name="fanOut">Outputs that one input has.</param>
    public abstract double SpreadOf(double fanIn, double fanOut);
}
