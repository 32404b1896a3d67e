using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sheaf.Records;
using Sheaf.Transport.Links;

namespace Sheaf.Silo.Telemetry;

/// <summary>
/// The silo's OpenTelemetry instruments. Updated by the report pump, never by a device thread. Counters and histograms have no label for the experiment: their
/// series are never given back, and a silo sees any number of experiments. What is known of one experiment is observed while it has workers here, and its
/// series end with it. Thread-safe.
/// </summary>
internal sealed class SiloMeters : IDisposable
{
    public const string Name = "Sheaf";

    private readonly Meter _meter;
    private readonly Counter<long> _steps;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _samples;
    private readonly Histogram<double> _stepTime;
    private readonly Histogram<double> _barrierWait;
    private readonly Histogram<double> _checkpointTime;
    private readonly Counter<long> _checkpointFaults;
    private readonly ConcurrentDictionary<string, StepRecord> _latest = new(StringComparer.Ordinal);
    private Func<IReadOnlyCollection<string>> _active = () => [];

    public SiloMeters(IMeterFactory factory)
    {
        _meter = factory.Create(Name);
        _steps = _meter.CreateCounter<long>("sheaf.steps", "{step}", "Steps applied by workers of this silo.");
        _skipped = _meter.CreateCounter<long>(
            "sheaf.steps.skipped", "{step}", "Steps of workers of this silo whose update was skipped because loss or gradient was not finite.");
        _samples = _meter.CreateCounter<long>("sheaf.samples", "{sample}", "Training samples fed by workers of this silo.");
        _meter.CreateObservableGauge("sheaf.experiments.active", () => _active().Count, "{experiment}", "Experiments with workers on this silo.");
        _meter.CreateObservableGauge(
            "sheaf.experiment.loss",
            () => OfEachActive(step => step.Loss),
            null,
            "Training loss of the last step of each experiment with workers on this silo.");
        _meter.CreateObservableGauge(
            "sheaf.experiment.step", () => OfEachActive(step => step.Step), "{step}", "Number of the last step of each experiment with workers on this silo.");
        _stepTime = _meter.CreateHistogram("sheaf.step.duration", "s", "Time of a whole step.", null, Buckets(0.0001, 12));
        _barrierWait = _meter.CreateHistogram("sheaf.barrier.wait", "s", "Time that a worker waited for the others in a step.", null, Buckets(0.00001, 14));
        _checkpointTime = _meter.CreateHistogram("sheaf.checkpoint.duration", "s", "Time to write a checkpoint.", null, Buckets(0.001, 12));
        _checkpointFaults = _meter.CreateCounter<long>("sheaf.checkpoint.failures", "{checkpoint}", "Checkpoints that could not be written.");
    }

    /// <param name="ids">The experiments that have workers on this silo now.</param>
    public void ObserveActive(Func<IReadOnlyCollection<string>> ids) => _active = ids;

    /// <summary>What the data plane counts anyway.</summary>
    public void ObserveDataPlane(DataPlaneCounters counters)
    {
        _meter.CreateObservableCounter("sheaf.data.sent", () => counters.BytesSent, "By", "Bytes that this silo's data plane sent.");
        _meter.CreateObservableCounter("sheaf.data.received", () => counters.BytesReceived, "By", "Bytes that this silo's data plane received.");
        _meter.CreateObservableCounter(
            "sheaf.data.refused", () => counters.RefusedInAll, "{frame}", "Frames and connections that this silo's data plane refused.");
        _meter.CreateObservableGauge("sheaf.data.links", () => counters.LinksUp, "{link}", "Silos that this one's data plane can reach.");
    }

    public void Steps(string experimentId, IReadOnlyList<StepRecord> steps, int shards)
    {
        if (steps.Count == 0)
        {
            return;
        }

        var samples = 0.0;
        foreach (var step in steps)
        {
            _stepTime.Record(step.StepMicroseconds * 1e-6);
            _barrierWait.Record(Math.Max(0, step.StepMicroseconds - step.ComputeMicroseconds) * 1e-6);
            samples += (double)step.Samples * step.Shards.Count / shards;
        }

        _steps.Add(steps.Count);
        _skipped.Add(steps.Count(step => step.Skipped));
        _samples.Add((long)Math.Round(samples));
        if (_latest.TryAdd(experimentId, steps[^1]))
        {
            ForgetOthersThan([.. _active(), experimentId]);
        }

        _latest[experimentId] = steps[^1];
    }

    public void Checkpoint(TimeSpan duration) => _checkpointTime.Record(duration.TotalSeconds);

    public void CheckpointFailed() => _checkpointFaults.Add(1);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> OfEachActive(Func<StepRecord, double> value)
    {
        foreach (var id in _active())
        {
            if (_latest.TryGetValue(id, out var step))
            {
                yield return new(value(step), new KeyValuePair<string, object?>("experiment", id));
            }
        }
    }

    private void ForgetOthersThan(HashSet<string> ids)
    {
        foreach (var ended in _latest.Keys.Where(id => !ids.Contains(id)))
        {
            _latest.TryRemove(ended, out _);
        }
    }

    private static InstrumentAdvice<double> Buckets(double first, int count) =>
        new() { HistogramBucketBoundaries = Enumerable.Range(0, count).Select(power => first * Math.Pow(2.5, power)).ToArray() };
}
