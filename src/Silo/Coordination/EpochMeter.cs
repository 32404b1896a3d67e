using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Sums the steps of an epoch over its rows, across generations. Steps come in order; those that come again are ignored. Not thread-safe.</summary>
public sealed class EpochMeter(long stepsPerEpoch)
{
    private readonly List<double> _metrics = [];
    private double _loss;
    private long _samples;
    private long _skipped;
    private long _first = -1;
    private long _next = -1;

    /// <summary>Gives the epochs that these steps complete; null in the place of one of which not every step came.</summary>
    public IReadOnlyList<(int Epoch, EpochRecord? Record)> Add(IEnumerable<StepCommit> steps)
    {
        var ended = new List<(int, EpochRecord?)>();
        foreach (var step in steps)
        {
            if (step.Step < _next)
            {
                continue;
            }

            for (var end = _next; _next >= 0 && end < step.Step; end++)
            {
                // Steps that were told by others.
                if ((end + 1) % stepsPerEpoch == 0)
                {
                    ended.Add(((int)((end + 1) / stepsPerEpoch), null));
                }
            }

            if (step.Step != _next || step.Step % stepsPerEpoch == 0)
            {
                Begin(step.Step);
            }

            Take(step);
            _next = step.Step + 1;
            if (_next % stepsPerEpoch == 0)
            {
                var epoch = (int)(_next / stepsPerEpoch);
                ended.Add((epoch, _first == _next - stepsPerEpoch ? Record(epoch) : null));
            }
        }

        return ended;
    }

    private void Begin(long step)
    {
        (_first, _loss, _samples, _skipped) = (step, 0, 0, 0);
        _metrics.Clear();
    }

    private void Take(StepCommit step)
    {
        _loss += step.Loss * step.Samples;
        _samples += step.Samples;
        _skipped += step.Skipped ? 1 : 0;
        for (var i = 0; i < step.Metrics.Count; i++)
        {
            if (i == _metrics.Count)
            {
                _metrics.Add(0);
            }

            _metrics[i] += step.Metrics[i] * step.Samples;
        }
    }

    private EpochRecord Record(int epoch) => new()
    {
        Epoch = epoch,
        Loss = _loss / _samples,
        Metrics = _metrics.Select(sum => sum / _samples).ToArray(),
        Samples = _samples,
        Skipped = _skipped,
    };
}
