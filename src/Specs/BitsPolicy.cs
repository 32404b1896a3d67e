namespace Sheaf.Specs;

public enum BitsPolicy
{
    Strict,
    Relaxed,
}
