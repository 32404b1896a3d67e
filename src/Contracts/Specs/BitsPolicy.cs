namespace Sheaf.Contracts.Specs;

public enum BitsPolicy
{
    Strict,
    Relaxed,
}
