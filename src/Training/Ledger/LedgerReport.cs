namespace Sheaf.Training.Ledger;

public sealed record LedgerReport
{
    public required IReadOnlyList<EpochVerdict> Epochs { get; init; }

    /// <summary>By step.</summary>
    public required IReadOnlyList<LedgerFinding> Findings { get; init; }

    public bool IsClean => Findings.Count == 0;
}
