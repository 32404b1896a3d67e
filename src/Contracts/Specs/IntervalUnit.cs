namespace Sheaf.Contracts.Specs;

public enum IntervalUnit
{
    Step,
    Epoch,
}
