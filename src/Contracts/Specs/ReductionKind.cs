namespace Sheaf.Contracts.Specs;

public enum ReductionKind
{
    Auto,
    Coordinator,
    Peer,
}
