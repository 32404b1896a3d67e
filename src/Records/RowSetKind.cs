namespace Sheaf.Records;

public enum RowSetKind
{
    Train,
    Validation,
    Test,
}
