namespace Sheaf.Contracts.Specs;

public enum NonFinitePolicy
{
    Fail,
    Skip,
}
