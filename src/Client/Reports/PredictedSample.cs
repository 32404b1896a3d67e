using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>
/// What the result's model says of rows: how good it is, the errors of all of them, and as many rows as a page shows. Not thread-safe.
/// </summary>
/// <param name="rows">Which rows they are.</param>
/// <param name="wantsAll">Whether every row is asked for, as the points of a chart of numbers; for classes their scores are enough.</param>
internal sealed class PredictedSample(Rows rows, bool wantsAll)
{
    /// <summary>Points of a scatter plot.</summary>
    public const int MostPoints = 2000;

    private long _seen;

    public Rows Rows => rows;

    public bool WantsAll => wantsAll;

    public PredictHeader Header { get; private set; } = new();

    /// <summary>Null: only a loss of the user's own knows what predictions are worth.</summary>
    public PredictScores? Scores { get; private set; }

    /// <summary>Of every row, by target: the prediction less the truth. Empty where classes are predicted.</summary>
    public IReadOnlyList<List<double>> Errors { get; private set; } = [];

    /// <summary>Evenly spaced rows of numbers, at most <see cref="MostPoints"/>.</summary>
    public List<PredictedRow> Points { get; } = [];

    public List<PredictedRow> Pictures { get; } = [];

    public void Add(PredictMessage message)
    {
        Scores = message.Scores ?? Scores;
        if (message.Header is { } header)
        {
            Header = header;
            Errors = header.ClassNames.Count > 0 || header.Targets.Count != header.Predictions.Count ? [] : [.. header.Targets.Select(_ => new List<double>())];
        }

        foreach (var row in message.Rows?.Rows ?? Enumerable.Empty<PredictedRow>())
        {
            Take(row);
        }
    }

    private void Take(PredictedRow row)
    {
        if (row.Picture.Length > 0)
        {
            Pictures.Add(row);
        }

        if (_seen++ % Math.Max(1, (Header.Rows + MostPoints - 1) / MostPoints) == 0)
        {
            Points.Add(row);
        }

        for (var target = 0; target < Math.Min(Errors.Count, Math.Min(row.Targets.Count, row.Predictions.Count)); target++)
        {
            Errors[target].Add(row.Predictions[target] - row.Targets[target]);
        }
    }
}
