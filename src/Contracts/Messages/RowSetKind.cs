namespace Sheaf.Contracts.Messages;

public enum RowSetKind
{
    Train,
    Validation,
    Test,
}
