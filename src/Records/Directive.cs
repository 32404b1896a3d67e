namespace Sheaf.Records;

/// <summary>
/// One entry of the list that the coordinator appends to within a generation. Every worker of the generation gets the same list
/// and carries it out in order, so the collectives inside meet. <see cref="Sequence"/> counts 0, 1, 2, ... within the generation; a repeated one is ignored.
/// </summary>
public sealed record Directive(
    long Sequence,
    DirectiveKind Kind,
    long Step,
    RowSetKind Rows = RowSetKind.Validation);
