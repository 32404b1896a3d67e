using Sheaf.Records;
using Sheaf.Silo.Workers;

namespace Sheaf.Tests.Unit.Silo.Workers;

public sealed class StepLogTests
{
    private readonly StepLog _log = new();

    [Fact]
    public void Trim_EnsureEverythingFromTheDurableStepOnStays()
    {
        Add(1, (0, 0), (0, 1), (1, 0), (1, 1), (2, 1));
        _log.Trim(1);
        Assert.Equal([(1L, 0), (1, 1), (2, 1)], Steps());
        _log.Trim(0);
        Add(1, (0, 0), (2, 0));
        Assert.Equal([(1L, 0), (1, 1), (2, 0), (2, 1)], Steps());
    }

    [Fact]
    public void Close_EnsureAThreadThatEndsLateIsNotHeard()
    {
        Add(3, (5, 0));
        _log.Close(4);
        Assert.False(_log.Add(Record(3, 6, 0)));
        Assert.True(_log.Add(Record(4, 6, 0)));
        Assert.Equal([(5L, 0), (6, 0)], Steps());
    }

    [Fact]
    public void CutFrom_EnsureStepsThatAreDoneAgainAreForgotten()
    {
        Add(1, (0, 0), (1, 0), (2, 0));
        _log.CutFrom(1);
        Assert.Equal([(0L, 0)], Steps());
    }

    private void Add(long generation, params (long Step, int Worker)[] records)
    {
        foreach (var (step, worker) in records)
        {
            Assert.True(_log.Add(Record(generation, step, worker)));
        }
    }

    private IEnumerable<(long, int)> Steps() => _log.Records.Select(record => (record.Step, record.Worker));

    private static StepRecord Record(long generation, long step, int worker) => new()
    {
        Step = step,
        Generation = generation,
        Worker = worker,
        Shards = new(0, 1),
        Loss = 1,
        Metrics = [],
        Samples = 1,
        LearningRate = 1,
        GradientHash = 1,
        SampleDigests = [],
        ComputeMicroseconds = 1,
        StepMicroseconds = 1,
    };
}
