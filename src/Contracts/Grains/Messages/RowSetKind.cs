namespace Sheaf.Contracts.Grains.Messages;

public enum RowSetKind
{
    Train,
    Validation,
    Test,
}
