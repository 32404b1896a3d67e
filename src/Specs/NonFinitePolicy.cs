namespace Sheaf.Specs;

public enum NonFinitePolicy
{
    Fail,
    Skip,
}
