using System.Diagnostics;
using Sheaf.Silo.Telemetry;
using Sheaf.Tests.Unit.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Telemetry;

public sealed class SiloTracesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Runs.Now);
    private readonly List<Activity> _spans = [];
    private readonly ActivityListener _listener;
    private readonly string _experiment = Guid.NewGuid().ToString();

    public SiloTracesTests()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name == SiloTraces.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,

            // Of this test alone: others trace at the same time.
            ActivityStopped = span =>
            {
                if (Equals(span.GetTagItem("sheaf.experiment"), _experiment))
                {
                    _spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Steps_AreOneSpanThatEndsNowAndIsAsLongAsTheSlowestWorkers()
    {
        new SiloTraces(_time).Steps(_experiment, [.. Enumerable.Range(5, 3).SelectMany(step => new[]
        {
            Runs.Step(step, 0, new(0, 2), microseconds: 2000), Runs.Step(step, 1, new(2, 2), microseconds: 1000),
        })]);
        var span = Assert.Single(_spans);
        Assert.Equal("sheaf.steps", span.OperationName);
        Assert.Equal(TimeSpan.FromMilliseconds(6), span.Duration);
        Assert.Equal(Runs.Now.UtcDateTime, span.StartTimeUtc + span.Duration);
        Assert.Equal((5L, 7L, 2), (span.GetTagItem("sheaf.step.first"), span.GetTagItem("sheaf.step.last"), span.GetTagItem("sheaf.workers")));
    }

    [Fact]
    public void NoSteps_AreNoSpan()
    {
        new SiloTraces(_time).Steps(_experiment, []);
        Assert.Empty(_spans);
    }

    [Fact]
    public void CheckpointsAndRecoveries_HaveTheirTime()
    {
        var traces = new SiloTraces(_time);
        traces.Checkpoint(_experiment, new() { Step = 4, Generation = 2, Path = "/c", Bytes = 9, WeightsSha256 = "" }, TimeSpan.FromSeconds(3));
        traces.Recovery(_experiment, 3, TimeSpan.FromSeconds(1.5));
        Assert.Equal([("sheaf.checkpoint", 3.0), ("sheaf.recovery", 1.5)], _spans.Select(span => (span.OperationName, span.Duration.TotalSeconds)));
        Assert.Equal((4L, 9L), (_spans[0].GetTagItem("sheaf.step"), _spans[0].GetTagItem("sheaf.bytes")));
        Assert.Equal(3L, _spans[1].GetTagItem("sheaf.generation"));
    }
}
