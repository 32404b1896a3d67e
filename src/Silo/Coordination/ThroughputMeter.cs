using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Speed of the training steps alone: without start, evaluation, checkpoints and waiting. Not thread-safe.</summary>
public sealed class ThroughputMeter
{
    private readonly double _length;
    private readonly Queue<(long Steps, long Samples, double Seconds)> _window = new();
    private long _windowSteps;
    private long _windowSamples;
    private double _windowSeconds;

    /// <param name="window">Seconds of step time over which the present speed is taken.</param>
    public ThroughputMeter(double window, long samples = 0, double seconds = 0) => (_length, Samples, Seconds) = (window, samples, seconds);

    /// <summary>Of the whole run so far.</summary>
    public long Samples { get; private set; }

    public double Seconds { get; private set; }

    /// <summary>Of the whole run; 0 before the first step.</summary>
    public double SamplesPerSecond => Seconds > 0 ? Samples / Seconds : 0;

    public double RecentSamplesPerSecond => _windowSeconds > 0 ? _windowSamples / _windowSeconds : 0;

    public double RecentStepsPerSecond => _windowSeconds > 0 ? _windowSteps / _windowSeconds : 0;

    /// <summary>Null before the first step.</summary>
    public double? SecondsPerStep => _windowSteps > 0 ? _windowSeconds / _windowSteps : null;

    public void Add(IReadOnlyList<StepCommit> steps)
    {
        if (steps.Count == 0)
        {
            return;
        }

        var samples = 0L;
        var seconds = 0.0;
        foreach (var step in steps)
        {
            samples += step.Samples;
            seconds += step.StepMicroseconds * 1e-6;
        }

        Samples += samples;
        Seconds += seconds;
        _window.Enqueue((steps.Count, samples, seconds));
        _windowSteps += steps.Count;
        _windowSamples += samples;
        _windowSeconds += seconds;
        while (_window.Count > 1 && _windowSeconds - _window.Peek().Seconds >= _length)
        {
            var old = _window.Dequeue();
            _windowSteps -= old.Steps;
            _windowSamples -= old.Samples;
            _windowSeconds -= old.Seconds;
        }
    }
}
