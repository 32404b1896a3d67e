namespace Sheaf.Training.Ledger;

/// <summary>Something in a ledger that should not be. <paramref name="Row"/> is a sample id (the row's number in its source file).</summary>
public sealed record LedgerFinding(LedgerFindingKind Kind, long Step, int? Shard, int? Row, string Message);
