namespace Sheaf.Specs;

public enum ReductionKind
{
    Auto,
    Coordinator,
    Peer,
}
