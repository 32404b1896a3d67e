namespace Sheaf.Records;

/// <summary>
/// One entry of the list that the coordinator appends to within a generation. Every worker of the generation gets the same list
/// and carries it out in order, so the collectives inside meet. <see cref="Sequence"/> counts 0, 1, 2, ... within the generation; a repeated one is ignored.
/// </summary>
/// <param name="Rate">The optimizer's learning rate for the steps of a Run, where evaluations decide it; null: the spec's.</param>
/// <param name="Weights">The folder of the checkpoint whose weights an Evaluate is of; null: the model as it is.</param>
public sealed record Directive(
    long Sequence,
    DirectiveKind Kind,
    long Step,
    RowSetKind Rows = RowSetKind.Validation,
    double? Rate = null,
    string? Weights = null);
