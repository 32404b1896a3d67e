namespace Sheaf.Specs.Layers;

/// <summary>The function between the two linear layers of a transformer block.</summary>
public enum Activation
{
    Relu,
    Gelu,
}
