using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Telemetry;
using Sheaf.Tests.Unit.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Telemetry;

public sealed class ExperimentMetersTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<(string Instrument, double Value, string Labels)> _measured = [];
    private readonly FakeTimeProvider _time = new(Runs.Now);
    private readonly ExperimentMeters _meters;

    public ExperimentMetersTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _meters = new(factory, new(_time), _time);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Note(instrument, value, labels));
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Note(instrument, value, labels));
        _listener.Start();
    }

    private double Now => _time.GetTimestamp() / (double)_time.TimestampFrequency;

    public void Dispose()
    {
        _listener.Dispose();
        _meters.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Gauges_SayWhatTheCoordinatorKnows()
    {
        _meters.Put(Sample("a") with
        {
            Verdict = "slow",
            Generation = 3,
            WantedWorkers = 4,
            Workers = 2,
            ValidationLoss = 0.25,
            ValidationMetrics = [("accuracy", 0.5)],
            CheckpointBytes = 77,
            SafeAt = Runs.Now,
            LastProgress = Now,
        });
        _time.Advance(TimeSpan.FromSeconds(5));
        Look();
        Assert.Contains(("sheaf.experiment.state", 1.0, "experiment=a,state=running"), _measured);
        Assert.Contains(("sheaf.experiment.why", 1.0, "experiment=a,verdict=slow"), _measured);
        Assert.Contains(("sheaf.experiment.generation", 3.0, "experiment=a"), _measured);
        Assert.Contains(("sheaf.experiment.workers.wanted", 4.0, "experiment=a"), _measured);
        Assert.Contains(("sheaf.experiment.workers.present", 2.0, "experiment=a"), _measured);
        Assert.Contains(("sheaf.experiment.validation.loss", 0.25, "experiment=a"), _measured);
        Assert.Contains(("sheaf.experiment.validation.metric", 0.5, "experiment=a,metric=accuracy"), _measured);
        Assert.Contains(("sheaf.experiment.checkpoint.size", 77.0, "experiment=a"), _measured);

        // Ages grow while nobody tells anything: a coordinator that hangs is seen.
        Assert.Contains(("sheaf.experiment.checkpoint.age", 5.0, "experiment=a"), _measured);
        Assert.Contains(("sheaf.experiment.progress.age", 5.0, "experiment=a"), _measured);
    }

    [Theory]
    [InlineData(RunState.Completed)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Cancelled)]
    public void Experiments_LeaveNoSeriesWhenTheyHaveEndedAndAreCounted(RunState end)
    {
        for (var number = 0; number < 100; number++)
        {
            var sample = Sample($"e{number}");
            _meters.Put(sample);
            _meters.Put(sample with { State = end });
            _meters.Put(sample with { State = end });
        }

        Look();
        Assert.DoesNotContain(_measured, measured => measured.Labels.Contains("experiment=", StringComparison.Ordinal));
        Assert.Contains(("sheaf.experiments.ended", 100.0, $"state={end.ToString().ToLowerInvariant()}"), _measured);
    }

    [Fact]
    public void Ends_OfExperimentsThatHadEndedBeforeAreNotCounted()
    {
        _meters.Put(Sample("a") with { State = RunState.Completed });
        Look();
        Assert.Contains(("sheaf.experiments.ended", 0.0, "state=completed"), _measured);
    }

    [Fact]
    public void Coordinators_ThatAreElsewhereLeaveNoSeries()
    {
        _meters.Put(Sample("a"));
        _meters.Forget("a");
        Look();
        Assert.DoesNotContain(_measured, measured => measured.Labels.Contains("experiment=", StringComparison.Ordinal));
    }

    [Fact]
    public void Recoveries_AreCountedOnceWithTheirTime()
    {
        _meters.Put(Sample("a"));
        _meters.Put(Sample("a") with { LastRecovery = new(1, 2.5) });
        _meters.Put(Sample("a") with { LastRecovery = new(1, 2.5) });
        _meters.Put(Sample("a") with { LastRecovery = new(2, 0.5) });
        Look();
        Assert.Equal([2.5, 0.5], _measured.Where(measured => measured.Instrument == "sheaf.recovery.duration").Select(measured => measured.Value));
        Assert.Contains(("sheaf.recoveries", 2.0, ""), _measured);
    }

    [Fact]
    public void Queue_TellsHowLongAnExperimentWaitsAndHowLongItWaited()
    {
        _meters.Put(Sample("a") with { State = RunState.Queued, Since = Now });
        _time.Advance(TimeSpan.FromSeconds(7));
        Look();
        Assert.Contains(("sheaf.experiment.queue.wait", 7.0, "experiment=a"), _measured);
        _meters.Put(Sample("a") with { State = RunState.Starting, Since = Now });
        Assert.Contains(("sheaf.queue.duration", 7.0, ""), _measured);
    }

    private ExperimentSample Sample(string id) => new()
    {
        Id = id,
        Name = "test",
        State = RunState.Running,
        Since = Now,
        Verdict = "healthy",
        Generation = 1,
        WantedWorkers = 2,
        Workers = 2,
        Steps = 10,
        TotalSteps = 100,
        SurvivesAnySilo = true,
    };

    private void Look() => _listener.RecordObservableInstruments();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        _measured.Add((instrument.Name, value, string.Join(',', labels.ToArray().Select(label => $"{label.Key}={label.Value}"))));
}
