namespace Sheaf.Specs;

/// <summary>What the schedule <c>plateau</c> remembers from one evaluation to the next.</summary>
/// <param name="Best">Null: no value yet.</param>
/// <param name="Bad">Evaluations in a row without an improvement.</param>
/// <param name="Cooldown">Evaluations in which nothing is counted that are still to come.</param>
public sealed record PlateauState(double? Best = null, int Bad = 0, int Cooldown = 0);
