using System.Diagnostics.Metrics;
using Sheaf.Contracts.Messages;
using Sheaf.Training.Collectives.Peers;

namespace Sheaf.Silo.Telemetry;

/// <summary>The silo's OpenTelemetry instruments. Updated by the report pump, never by a device thread. Thread-safe.</summary>
internal sealed class SiloMeters : IDisposable
{
    public const string Name = "Sheaf";

    private readonly Meter _meter;
    private readonly Counter<long> _steps;
    private readonly Counter<long> _samples;
    private readonly Gauge<double> _loss;
    private readonly Histogram<double> _stepTime;
    private readonly Histogram<double> _barrierWait;
    private readonly Histogram<double> _checkpointTime;
    private readonly Counter<long> _checkpointFaults;

    public SiloMeters(IMeterFactory factory)
    {
        _meter = factory.Create(Name);
        _steps = _meter.CreateCounter<long>("sheaf.steps", "{step}", "Steps applied by workers of this silo.");
        _samples = _meter.CreateCounter<long>("sheaf.samples", "{sample}", "Training samples fed by workers of this silo.");
        _loss = _meter.CreateGauge<double>("sheaf.loss", null, "Training loss of the last step.");
        _stepTime = _meter.CreateHistogram("sheaf.step.duration", "s", "Time of a whole step.", null, Buckets(0.0001, 12));
        _barrierWait = _meter.CreateHistogram("sheaf.barrier.wait", "s", "Time that a worker waited for the others in a step.", null, Buckets(0.00001, 14));
        _checkpointTime = _meter.CreateHistogram("sheaf.checkpoint.duration", "s", "Time to write a checkpoint.", null, Buckets(0.001, 12));
        _checkpointFaults = _meter.CreateCounter<long>("sheaf.checkpoint.failures", "{checkpoint}", "Checkpoints that could not be written.");
    }

    /// <summary>How many experiments have workers on this silo.</summary>
    public void ObserveActive(Func<int> count) => _meter.CreateObservableGauge("sheaf.experiments.active", count, "{experiment}", "Experiments with workers on this silo.");

    /// <summary>What the data plane counts anyway.</summary>
    public void ObserveDataPlane(DataPlaneCounters counters)
    {
        _meter.CreateObservableCounter("sheaf.data.sent", () => counters.BytesSent, "By", "Bytes that this silo's data plane sent.");
        _meter.CreateObservableCounter("sheaf.data.received", () => counters.BytesReceived, "By", "Bytes that this silo's data plane received.");
        _meter.CreateObservableCounter("sheaf.data.refused", () => counters.RefusedInAll, "{frame}", "Frames and connections that this silo's data plane refused.");
        _meter.CreateObservableGauge("sheaf.data.links", () => counters.LinksUp, "{link}", "Silos that this one's data plane can reach.");
    }

    public void Steps(string experimentId, IReadOnlyList<StepRecord> steps, int shards)
    {
        if (steps.Count == 0)
        {
            return;
        }

        var experiment = new KeyValuePair<string, object?>("experiment", experimentId);
        var samples = 0.0;
        foreach (var step in steps)
        {
            _stepTime.Record(step.StepMicroseconds * 1e-6, experiment);
            _barrierWait.Record(Math.Max(0, step.StepMicroseconds - step.ComputeMicroseconds) * 1e-6, experiment, new("worker", step.Worker));
            samples += (double)step.Samples * step.Shards.Count / shards;
        }

        _steps.Add(steps.Count, experiment);
        _samples.Add((long)Math.Round(samples), experiment);
        _loss.Record(steps[^1].Loss, experiment);
    }

    public void Checkpoint(string experimentId, TimeSpan duration) => _checkpointTime.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("experiment", experimentId));

    public void CheckpointFailed(string experimentId) => _checkpointFaults.Add(1, new KeyValuePair<string, object?>("experiment", experimentId));

    public void Dispose() => _meter.Dispose();

    private static InstrumentAdvice<double> Buckets(double first, int count) =>
        new() { HistogramBucketBoundaries = Enumerable.Range(0, count).Select(power => first * Math.Pow(2.5, power)).ToArray() };
}
