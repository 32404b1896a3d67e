using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sheaf.Records;
using Sheaf.Silo.Telemetry;

namespace Sheaf.Tests.Unit.Silo.Telemetry;

public sealed class SiloMetersTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<(string Instrument, double Value, string? Experiment, int Labels)> _measured = [];
    private readonly List<string> _active = [];
    private readonly SiloMeters _meters;

    public SiloMetersTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _meters = new(factory);
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
            _meters.Checkpoint(TimeSpan.FromSeconds(1));
            _meters.CheckpointFailed();
        }

        Assert.Contains(_measured, measured => measured.Instrument == "sheaf.steps");
        Assert.Contains(_measured, measured => measured.Instrument == "sheaf.checkpoint.failures");
        Assert.All(_measured, measured => Assert.Equal(0, measured.Labels));
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

    private (string, double)[] OfExperiment(string experiment)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return [.. _measured.Where(measured => measured.Experiment == experiment).Select(measured => (measured.Instrument, measured.Value)).Order()];
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        _measured.Add((instrument.Name, value, labels.Length > 0 ? labels[0].Value as string : null, labels.Length));
}
