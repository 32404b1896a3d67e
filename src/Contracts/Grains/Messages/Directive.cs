namespace Sheaf.Contracts.Grains.Messages;

/// <summary>
/// One entry of the list that the coordinator appends to within a generation. Every worker of the generation gets the same list
/// and carries it out in order, so the collectives inside meet. <see cref="Sequence"/> counts 0, 1, 2, ... within the generation; a repeated one is ignored.
/// </summary>
[GenerateSerializer, Immutable, Alias("sheaf.Directive")]
public sealed record Directive(
    [property: Id(0)] long Sequence,
    [property: Id(1)] DirectiveKind Kind,
    [property: Id(2)] long Step,
    [property: Id(3)] RowSetKind Rows = RowSetKind.Validation);
