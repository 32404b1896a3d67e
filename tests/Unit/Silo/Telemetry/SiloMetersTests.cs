using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sheaf.Records;
using Sheaf.Silo.Telemetry;
using Sheaf.Transport.Links;

namespace Sheaf.Tests.Unit.Silo.Telemetry;

public sealed class SiloMetersTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<(string Instrument, double Value, string? Experiment, int Labels)> _measured = [];
    private readonly List<string> _active = [];
    private readonly FakeTimeProvider _time = new();
    private readonly SiloMeters _meters;

    public SiloMetersTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _meters = new(factory, new(), _time);
        _meters.ObserveActive(() => _active);

        // Of this test's meters alone: others measure at the same time.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Note(instrument, value, labels));
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Note(instrument, value, labels));
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Note(instrument, value, labels));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Gauges_AreOfExperimentsWithWorkersHereAlone()
    {
        _active.Add("a");
        _meters.Steps("a", [Step(6, 0.5), Step(7, 0.25)], shards: 1);
        Assert.Equal([("sheaf.experiment.loss", 0.25), ("sheaf.experiment.step", 7)], OfExperiment("a"));

        _active.Remove("a");
        Assert.Empty(OfExperiment("a"));
    }

    [Fact]
    public void Experiments_AreForgottenWhenTheyHaveEnded()
    {
        _active.Add("a");
        _meters.Steps("a", [Step(1, 1)], shards: 1);
        _active.Remove("a");
        _active.Add("b");
        _meters.Steps("b", [Step(1, 1)], shards: 1);

        // With workers here again, but without a step yet: nothing of the first time is left.
        _active.Add("a");
        Assert.Empty(OfExperiment("a"));
        Assert.NotEmpty(OfExperiment("b"));
    }

    [Fact]
    public void CountersAndHistograms_HaveNoLabelThatGrowsWithTheExperiments()
    {
        for (var i = 0; i < 5; i++)
        {
            _meters.Steps($"e{i}", [Step(1, 1)], shards: 1);
            _meters.Checkpoint(TimeSpan.FromSeconds(1), 100);
            _meters.CheckpointFailed();
        }

        _listener.RecordObservableInstruments();

        Assert.Contains(_measured, measured => measured.Instrument == "sheaf.steps");
        Assert.Contains(_measured, measured => measured.Instrument == "sheaf.checkpoint.failures");
        Assert.Equal(500, Value("sheaf.checkpoint.written"));
        Assert.Equal(5, Value("sheaf.steps"));
        Assert.All(_measured, measured => Assert.Equal(0, measured.Labels));
    }

    [Fact]
    public void Counters_AreThereBeforeTheFirstEvent()
    {
        _listener.RecordObservableInstruments();
        Assert.Equal(0, Value("sheaf.steps.skipped"));
        Assert.Equal(0, Value("sheaf.checkpoint.failures"));
    }

    [Fact]
    public void ReductionBytes_AreThoseOfTheDataPlaneWithoutStatesAndThoseThroughTheCoordinator()
    {
        var plane = new DataPlaneCounters();
        _meters.ObserveDataPlane(plane);
        plane.Moved(100, 40);
        plane.MovedState(1000, 2000);
        _meters.Reduced(8, 4);
        _listener.RecordObservableInstruments();
        Assert.Equal(108, Value("sheaf.reduction.sent"));
        Assert.Equal(44, Value("sheaf.reduction.received"));
        Assert.Equal(1100, Value("sheaf.data.sent"));
    }

    [Fact]
    public void QueueLength_IsOfTheSiloThatThePoolIsOn()
    {
        _listener.RecordObservableInstruments();
        Assert.DoesNotContain(_measured, measured => measured.Instrument == "sheaf.queue.length");
        _meters.Queue(3);
        _listener.RecordObservableInstruments();
        Assert.Equal(3, Value("sheaf.queue.length"));
    }

    [Fact]
    public void Busy_IsThePartOfTheLastMinuteInWhichDevicesComputed()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        _meters.Steps("a", [Step(1, 1) with { ComputeMicroseconds = 5_000_000, StepMicroseconds = 6_000_000 }], shards: 1);
        Assert.Equal(0.5, _meters.Busy(devices: 1), 6);
        Assert.Equal(0.25, _meters.Busy(devices: 2), 6);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(5.0 / 60, _meters.Busy(devices: 1), 6);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(0, _meters.Busy(devices: 1));
    }

    private static StepRecord Step(long step, double loss) => new()
    {
        Step = step,
        Generation = 1,
        Worker = 0,
        Shards = new(0, 1),
        Loss = loss,
        Metrics = [],
        Samples = 4,
        LearningRate = 0.1,
        GradientHash = 1,
        SampleDigests = [1],
        ComputeMicroseconds = 1,
        StepMicroseconds = 2,
    };

    private double Value(string instrument) => _measured.Last(measured => measured.Instrument == instrument).Value;

    private (string, double)[] OfExperiment(string experiment)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return [.. _measured.Where(measured => measured.Experiment == experiment).Select(measured => (measured.Instrument, measured.Value)).Order()];
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        _measured.Add((instrument.Name, value, labels.Length > 0 ? labels[0].Value as string : null, labels.Length));
}
