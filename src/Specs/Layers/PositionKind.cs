namespace Sheaf.Specs.Layers;

/// <summary>Where the vectors that stand for places come from.</summary>
public enum PositionKind
{
    Learned,
    Sinusoidal,
}
