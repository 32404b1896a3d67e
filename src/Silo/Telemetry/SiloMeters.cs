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
    private readonly BusyWindow _busy;
    private readonly Histogram<double> _stepTime;
    private readonly Histogram<double> _computeTime;
    private readonly Histogram<double> _barrierWait;
    private readonly Histogram<double> _loadTime;
    private readonly Histogram<double> _checkpointTime;
    private readonly ConcurrentDictionary<string, StepRecord> _latest = new(StringComparer.Ordinal);
    private Func<IReadOnlyCollection<string>> _active = () => [];
    private DataPlaneCounters? _plane;
    private long _steps;
    private long _skipped;
    private long _samples;
    private long _checkpointBytes;
    private long _checkpointFaults;
    private long _reducedSent;
    private long _reducedReceived;
    private int _queue = -1;

    public SiloMeters(IMeterFactory factory, ObservationOptions options, TimeProvider time)
    {
        (_meter, _busy) = (factory.Create(Name), new(options.BusyWindow, time));
        Count("sheaf.steps", "{step}", "Steps applied by workers of this silo.", () => Volatile.Read(ref _steps));
        Count(
            "sheaf.steps.skipped",
            "{step}",
            "Steps of workers of this silo whose update was skipped because loss or gradient was not finite.",
            () => Volatile.Read(ref _skipped));
        Count("sheaf.samples", "{sample}", "Training samples fed by workers of this silo.", () => Volatile.Read(ref _samples));
        Count("sheaf.checkpoint.written", "By", "Bytes of the checkpoints that this silo wrote.", () => Volatile.Read(ref _checkpointBytes));
        Count("sheaf.checkpoint.failures", "{checkpoint}", "Checkpoints that could not be written.", () => Volatile.Read(ref _checkpointFaults));
        Count(
            "sheaf.reduction.sent",
            "By",
            "Bytes that this silo sent to reduce gradients with other silos.",
            () => Volatile.Read(ref _reducedSent) + (_plane?.ReductionBytesSent ?? 0));
        Count(
            "sheaf.reduction.received",
            "By",
            "Bytes that this silo received to reduce gradients with other silos.",
            () => Volatile.Read(ref _reducedReceived) + (_plane?.ReductionBytesReceived ?? 0));
        _meter.CreateObservableGauge(
            "sheaf.queue.length", QueueLength, "{experiment}", "Experiments that wait for devices; of the silo that the device pool is on.");
        _meter.CreateObservableGauge("sheaf.experiments.active", () => _active().Count, "{experiment}", "Experiments with workers on this silo.");
        _meter.CreateObservableGauge(
            "sheaf.experiment.loss",
            () => OfEachActive(step => step.Loss),
            null,
            "Training loss of the last step of each experiment with workers on this silo.");
        _meter.CreateObservableGauge(
            "sheaf.experiment.step", () => OfEachActive(step => step.Step), "{step}", "Number of the last step of each experiment with workers on this silo.");
        _stepTime = _meter.CreateHistogram("sheaf.step.duration", "s", "Time of a whole step.", null, Buckets(0.0001, 12));
        _computeTime = _meter.CreateHistogram(
            "sheaf.compute.duration", "s", "Time from a step's begin until a worker had its gradients, rows included.", null, Buckets(0.0001, 12));
        _barrierWait = _meter.CreateHistogram("sheaf.barrier.wait", "s", "Time that a worker waited for the others in a step.", null, Buckets(0.00001, 14));
        _loadTime = _meter.CreateHistogram(
            "sheaf.load.duration", "s", "Time in which this silo got data and state for its workers of a generation.", null, Buckets(0.001, 14));
        _checkpointTime = _meter.CreateHistogram("sheaf.checkpoint.duration", "s", "Time to write a checkpoint.", null, Buckets(0.001, 12));
    }

    /// <param name="ids">The experiments that have workers on this silo now.</param>
    public void ObserveActive(Func<IReadOnlyCollection<string>> ids) => _active = ids;

    /// <summary>What the data plane counts anyway.</summary>
    public void ObserveDataPlane(DataPlaneCounters counters)
    {
        _plane = counters;
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

        var (samples, computed) = (0.0, 0.0);
        foreach (var step in steps)
        {
            computed += step.ComputeMicroseconds * 1e-6;
            _computeTime.Record(step.ComputeMicroseconds * 1e-6);
            _stepTime.Record(step.StepMicroseconds * 1e-6);
            _barrierWait.Record(Math.Max(0, step.StepMicroseconds - step.ComputeMicroseconds) * 1e-6);
            samples += (double)step.Samples * step.Shards.Count / shards;
        }

        _busy.Add(computed);
        Interlocked.Add(ref _steps, steps.Count);
        Interlocked.Add(ref _skipped, steps.Count(step => step.Skipped));
        Interlocked.Add(ref _samples, (long)Math.Round(samples));
        if (_latest.TryAdd(experimentId, steps[^1]))
        {
            ForgetOthersThan([.. _active(), experimentId]);
        }

        _latest[experimentId] = steps[^1];
    }

    public void Checkpoint(TimeSpan duration, long bytes)
    {
        _checkpointTime.Record(duration.TotalSeconds);
        Interlocked.Add(ref _checkpointBytes, bytes);
    }

    public void CheckpointFailed() => Interlocked.Increment(ref _checkpointFaults);

    public void Loaded(TimeSpan duration) => _loadTime.Record(duration.TotalSeconds);

    /// <summary>Bytes that went through the coordinator, beside those of the data plane.</summary>
    public void Reduced(long sent, long received)
    {
        Interlocked.Add(ref _reducedSent, sent);
        Interlocked.Add(ref _reducedReceived, received);
    }

    /// <param name="length">Experiments that wait for devices; null: the device pool is not on this silo.</param>
    public void Queue(int? length) => Volatile.Write(ref _queue, length ?? -1);

    /// <summary>Part of the last minute in which <paramref name="devices"/> devices of this silo computed steps, 0 to 1.</summary>
    public double Busy(int devices) => _busy.Ratio(devices);

    public void Dispose() => _meter.Dispose();

    /// <summary>A counter that is there before the first event: what is missing at first and then 1 has no increase for Prometheus.</summary>
    private void Count(string name, string unit, string description, Func<long> value) => _meter.CreateObservableCounter(name, value, unit, description);

    private IEnumerable<Measurement<int>> QueueLength() => Volatile.Read(ref _queue) is >= 0 and var length ? [new(length)] : [];

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

    internal static InstrumentAdvice<double> Buckets(double first, int count) =>
        new() { HistogramBucketBoundaries = Enumerable.Range(0, count).Select(power => first * Math.Pow(2.5, power)).ToArray() };
}
