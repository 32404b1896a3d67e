using Sheaf.Client.Epochs;
using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>All that a report tells of one experiment.</summary>
internal sealed record ReportMaterial
{
    public required Experiment Experiment { get; init; }

    public required LossTrace Losses { get; init; }

    public required IReadOnlyList<EpochRow> Epochs { get; init; }

    /// <summary>Of the ledger; null: it could not be audited.</summary>
    public AuditVerdict? Proof { get; init; }

    public required IReadOnlyList<AuditedEpoch> AuditedEpochs { get; init; }

    public required IReadOnlyList<AuditFinding> Findings { get; init; }

    /// <summary>Why there is no proof, where there is none.</summary>
    public string NoProof { get; init; } = "";

    /// <summary>Null: nothing could be predicted.</summary>
    public PredictedSample? Predictions { get; init; }

    /// <summary>Why there are no predictions, where there are none.</summary>
    public string NoPredictions { get; init; } = "";

    /// <summary>When the report was made.</summary>
    public required DateTimeOffset Made { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>How a user calls this program.</summary>
    public required string Program { get; init; }
}
