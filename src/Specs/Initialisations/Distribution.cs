namespace Sheaf.Specs;

public enum Distribution
{
    Uniform,
    Normal,
}
