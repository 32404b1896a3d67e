namespace Sheaf.Specs.Layers;

/// <summary>How a sequence becomes one vector.</summary>
public enum SequencePooling
{
    Mean,
    Max,
    Last,
    First,
}
