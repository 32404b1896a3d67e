using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Telemetry;

/// <summary>
/// The OpenTelemetry instruments of the experiments that this silo coordinates. What has the label <c>experiment</c> is observed while the experiment lives and
/// its coordinator is here, so that no series stays of one that has ended; what is counted has no such label. Thread-safe.
/// </summary>
internal sealed class ExperimentMeters : IDisposable
{
    private static readonly RunState[] Ends = [RunState.Completed, RunState.Failed, RunState.Cancelled];

    private readonly ConcurrentDictionary<string, ExperimentSample> _living = new(StringComparer.Ordinal);
    private readonly long[] _ended = new long[Ends.Length];
    private readonly Meter _meter;
    private readonly Histogram<double> _recoveryTime;
    private readonly Histogram<double> _queueTime;
    private readonly SiloTraces _traces;
    private readonly TimeProvider _time;
    private long _recoveries;

    public ExperimentMeters(IMeterFactory factory, SiloTraces traces, TimeProvider time)
    {
        (_meter, _traces, _time) = (factory.Create(SiloMeters.Name), traces, time);
        Observe("sheaf.experiment.info", null, "1 for each experiment that has not ended, with its name.", Info);
        Observe("sheaf.experiment.state", null, "1 for the state in which an experiment is.", sample => Labelled(sample, "state", Text(sample.State)));
        Observe(
            "sheaf.experiment.why",
            null,
            "1 for what `sheaf why` says of an experiment.",
            sample => sample.Verdict.Length > 0 ? Labelled(sample, "verdict", sample.Verdict) : []);
        Observe("sheaf.experiment.generation", null, "Generation of an experiment: the version of its membership.", sample => sample.Generation);
        Observe("sheaf.experiment.workers.wanted", "{worker}", "Workers that an experiment should have.", sample => sample.WantedWorkers);
        Observe("sheaf.experiment.workers.present", "{worker}", "Workers that an experiment has.", sample => sample.Workers);
        Observe("sheaf.experiment.steps.committed", "{step}", "Steps of an experiment that are committed.", sample => sample.Steps);
        Observe("sheaf.experiment.steps.planned", "{step}", "Steps that an experiment has from its begin to its end.", sample => sample.TotalSteps);
        Observe("sheaf.experiment.step.rate", null, "Steps that an experiment commits in a second.", sample => sample.StepsPerSecond);
        Observe("sheaf.experiment.sample.rate", null, "Training samples that an experiment takes in a second.", sample => sample.SamplesPerSecond);
        Observe("sheaf.experiment.progress.age", "s", "Time since an experiment that has devices committed a step.", sample => Now - sample.LastProgress);
        Observe(
            "sheaf.experiment.until.margin",
            "s",
            "Work that the workers of an experiment may do without asking their coordinator.",
            sample => sample.UntilMargin);
        Observe(
            "sheaf.experiment.survives",
            null,
            "1 where an experiment would go on from memory if any one silo died now, else 0.",
            sample => sample.SurvivesAnySilo ? 1 : 0);
        Observe(
            "sheaf.experiment.queue.wait",
            "s",
            "Time that an experiment has waited for devices.",
            sample => sample.State == RunState.Queued ? Now - sample.Since : null);
        Observe("sheaf.experiment.training.metric", null, "Metrics of an experiment's last step.", sample => Labelled(sample, sample.TrainingMetrics));
        Observe("sheaf.experiment.validation.loss", null, "Loss of an experiment's newest evaluation on validation rows.", sample => sample.ValidationLoss);
        Observe(
            "sheaf.experiment.validation.metric",
            null,
            "Metrics of an experiment's newest evaluation on validation rows.",
            sample => Labelled(sample, sample.ValidationMetrics));
        Observe(
            "sheaf.experiment.checkpoint.age",
            "s",
            "Time since the newest checkpoint of an experiment that has devices; where there is none, since it first ran.",
            sample => sample.LastProgress is null ? null : (_time.GetUtcNow() - sample.SafeAt)?.TotalSeconds);
        Observe("sheaf.experiment.checkpoint.step", "{step}", "Step of an experiment's newest checkpoint.", sample => sample.CheckpointStep);
        Observe("sheaf.experiment.checkpoint.size", "By", "Size of an experiment's newest checkpoint.", sample => sample.CheckpointBytes);
        _meter.CreateObservableCounter("sheaf.experiments.ended", Ended, "{experiment}", "Experiments whose coordinator on this silo saw them end, by how.");
        _meter.CreateObservableCounter(
            "sheaf.recoveries", () => Volatile.Read(ref _recoveries), "{recovery}", "Recoveries that coordinators on this silo brought to a committed step.");
        _recoveryTime = _meter.CreateHistogram(
            "sheaf.recovery.duration", "s", "Time from the last step before workers were lost until the first one after.", null, SiloMeters.Buckets(0.05, 12));
        _queueTime = _meter.CreateHistogram(
            "sheaf.queue.duration", "s", "Time that experiments waited for devices until they had them.", null, SiloMeters.Buckets(0.1, 12));
    }

    private double Now => _time.GetTimestamp() / (double)_time.TimestampFrequency;

    /// <summary>The newest of an experiment that is coordinated here. From its end on nothing of it is observed.</summary>
    public void Put(ExperimentSample sample)
    {
        _living.TryGetValue(sample.Id, out var before);
        if (sample.LastRecovery is { } recovery && recovery.Number > (before?.LastRecovery?.Number ?? 0))
        {
            Interlocked.Increment(ref _recoveries);
            _recoveryTime.Record(recovery.Seconds);
            _traces.Recovery(sample.Id, sample.Generation, TimeSpan.FromSeconds(recovery.Seconds));
        }

        if (before is { State: RunState.Queued } && sample.State is RunState.Starting or RunState.Running)
        {
            _queueTime.Record(sample.Since - before.Since);
        }

        if (!sample.IsTerminal)
        {
            _living[sample.Id] = sample;
        }
        else if (_living.TryRemove(sample.Id, out _))
        {
            Interlocked.Increment(ref _ended[Array.IndexOf(Ends, sample.State)]);
        }
    }

    /// <summary>Its coordinator is here no more.</summary>
    public void Forget(string experimentId) => _living.TryRemove(experimentId, out _);

    public void Dispose() => _meter.Dispose();

    private static string Text(RunState state) => state.ToString().ToLowerInvariant();

    private static KeyValuePair<string, object?> Of(ExperimentSample sample) => new("experiment", sample.Id);

    private static IEnumerable<Measurement<double>> Info(ExperimentSample sample) =>
        [new(1, Of(sample), new KeyValuePair<string, object?>("name", sample.Name))];

    private static IEnumerable<Measurement<double>> Labelled(ExperimentSample sample, string label, string value) =>
        [new(1, Of(sample), new KeyValuePair<string, object?>(label, value))];

    private static IEnumerable<Measurement<double>> Labelled(ExperimentSample sample, IReadOnlyList<(string Name, double Value)> metrics) =>
        metrics.Select(metric => new Measurement<double>(metric.Value, Of(sample), new KeyValuePair<string, object?>("metric", metric.Name)));

    private void Observe(string name, string? unit, string description, Func<ExperimentSample, double?> value) =>
        Observe(name, unit, description, sample => value(sample) is { } known ? [new Measurement<double>(known, Of(sample))] : []);

    private void Observe(string name, string? unit, string description, Func<ExperimentSample, IEnumerable<Measurement<double>>> values) =>
        _meter.CreateObservableGauge(name, () => _living.Values.SelectMany(values), unit, description);

    private IEnumerable<Measurement<long>> Ended() =>
        Ends.Select((state, i) => new Measurement<long>(Volatile.Read(ref _ended[i]), new KeyValuePair<string, object?>("state", Text(state))));
}
