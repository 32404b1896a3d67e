namespace Sheaf.Specs;

public enum PlateauThreshold
{
    Relative,
    Absolute,
}
