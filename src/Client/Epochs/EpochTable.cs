using Sheaf.V1;

namespace Sheaf.Client.Epochs;

/// <summary>
/// Sums the steps of every epoch over its samples, in the order of steps, so that an epoch's loss has the bits that the server's summary of it has. Not
/// thread-safe.
/// </summary>
internal sealed class EpochTable(long stepsPerEpoch, IEnumerable<Evaluation> evaluations)
{
    private readonly List<EpochRow> _done = [];
    private readonly List<Evaluation> _evaluations = [.. evaluations.OrderBy(evaluation => evaluation.Step)];
    private readonly List<double> _metrics = [];
    private int _epoch;
    private (int Steps, double Loss, long Samples, int Skipped, double Rate) _sums;

    /// <summary>Epochs so far, the one that is not complete as well.</summary>
    public IReadOnlyList<EpochRow> Rows => _sums.Steps == 0 ? _done : [.. _done, Row()];

    /// <param name="step">The one after the last.</param>
    public void Add(StepMetrics step)
    {
        var epoch = stepsPerEpoch == 0 ? 1 : (int)(step.Step / stepsPerEpoch) + 1;
        if (epoch != _epoch)
        {
            if (_sums.Steps > 0)
            {
                _done.Add(Row());
            }

            (_epoch, _sums) = (epoch, default);
            _metrics.Clear();
        }

        _metrics.AddRange(Enumerable.Repeat(0.0, Math.Max(0, step.Metrics.Count - _metrics.Count)));
        for (var i = 0; i < step.Metrics.Count; i++)
        {
            _metrics[i] += step.Metrics[i] * step.Samples;
        }

        _sums = (
            _sums.Steps + 1,
            _sums.Loss + (step.Loss * step.Samples),
            _sums.Samples + step.Samples,
            _sums.Skipped + (step.Skipped ? 1 : 0),
            step.LearningRate);
    }

    private EpochRow Row() => new()
    {
        Epoch = _epoch,
        Steps = _sums.Steps,
        Loss = _sums.Loss / _sums.Samples,
        Metrics = [.. _metrics.Select(sum => sum / _sums.Samples)],
        Samples = _sums.Samples,
        Skipped = _sums.Skipped,
        LearningRate = _sums.Rate,
        Validation = Last(Sheaf.V1.Rows.Validation),
        Test = Last(Sheaf.V1.Rows.Test),
    };

    private Evaluation? Last(Rows rows) => _evaluations.LastOrDefault(evaluation => evaluation.Rows == rows
        && (stepsPerEpoch == 0 || (evaluation.Step > (_epoch - 1) * stepsPerEpoch && evaluation.Step <= _epoch * stepsPerEpoch)));
}
