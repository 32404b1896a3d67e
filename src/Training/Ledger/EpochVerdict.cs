namespace Sheaf.Training.Ledger;

/// <summary>
/// What an audit says of the steps <paramref name="FirstStep"/> to <paramref name="EndStep"/>-1 of one epoch. <paramref name="IsWhole"/>: these are all of its
/// steps. Whole and clean means that every row was used exactly once.
/// </summary>
public sealed record EpochVerdict(long Epoch, long FirstStep, long EndStep, bool IsWhole, bool IsClean);
