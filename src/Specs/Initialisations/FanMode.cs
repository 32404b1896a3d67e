namespace Sheaf.Specs;

/// <summary>Which of a layer's sizes its first weights are scaled by.</summary>
public enum FanMode
{
    FanIn,
    FanOut,
}
