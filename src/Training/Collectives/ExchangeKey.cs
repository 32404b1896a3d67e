namespace Sheaf.Training.Collectives;

/// <summary>
/// Names one collective of a run. <paramref name="Sequence"/> counts the collectives of the generation, 0, 1, 2, ...; every silo carries out the same
/// ones in the same order, so (generation, sequence) is unique. <paramref name="Step"/> and <paramref name="Kind"/> say what it is for.
/// </summary>
public readonly record struct ExchangeKey(long Generation, long Sequence, long Step, CollectiveKind Kind);
