namespace Sheaf.Specs;

public enum IntervalUnit
{
    Step,
    Epoch,
}
