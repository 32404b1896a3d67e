using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Tests.Unit.Contracts.Grains;

/// <summary>Records that know nothing of Orleans cross calls whole, and within a silo as themselves.</summary>
public sealed class RecordsOnTheWireTests : IDisposable
{
    private static readonly CheckpointRecord Checkpoint = new()
    {
        Step = 7, Generation = 2, Path = "/c/7", Bytes = 1000,
        WeightsSha256 = "ab", Score = 0.5, Written = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    private static readonly StepRecord Step = new()
    {
        Step = 6, Generation = 2, Worker = 1, Shards = new(2, 3), Loss = 0.25, Metrics = [0.5, double.NaN],
        Samples = 64, LearningRate = 0.1, GradientHash = ulong.MaxValue,
        SampleDigests = [1, 2], ComputeMicroseconds = 10, StepMicroseconds = 20, Skipped = true,
    };

    private static readonly EvaluationRecord Evaluation = new()
    {
        Step = 6, Rows = RowSetKind.Test, Samples = 9, Loss = 1.5, Metrics = [0.75], Classes = [new(3, 4), new(5, 6)],
    };

    private static readonly WorkerFailure Failure = new() { Step = 6, Shard = 3, OfTheRun = true, Message = "bad" };

    private static readonly WorkerActivity Activity = new() { Worker = 1, Phase = WorkerPhase.Reducing, Step = 6, Seconds = 1.25 };

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public static TheoryData<object> All =>
        [Checkpoint, Step, Evaluation, Failure, Activity, new Directive(5, DirectiveKind.Checkpoint, 6, RowSetKind.Test, 0.5, "/c/4")];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(All))]
    public void Record_ArrivesWithEveryProperty(object record)
    {
        var serializer = _services.GetRequiredService<Serializer>();

        var arrived = serializer.Deserialize<object>(serializer.SerializeToArray<object>(record));

        foreach (var property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            // A property that is left out would arrive as the default.
            Assert.NotEqual(property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null, property.GetValue(record));
            Assert.Equal(property.GetValue(record), property.GetValue(arrived));
        }
    }

    [Fact]
    public void Report_ArrivesWithItsRecords()
    {
        var serializer = _services.GetRequiredService<Serializer>();
        var report = new SiloReport
        {
            Silo = "a", Generation = 2, Steps = [Step, Step with { Worker = 2 }], Evaluations = [Evaluation],
            Checkpoints = [Checkpoint], Activities = [Activity],
            Faults = [new() { Worker = 1, Failure = Failure }],
        };

        var arrived = serializer.Deserialize<SiloReport>(serializer.SerializeToArray(report))!;

        Assert.Equal([1, 2], arrived.Steps.Select(step => step.Worker));
        Assert.Equal(new ShardRange(2, 3), arrived.Steps[0].Shards);
        Assert.Equal(Evaluation.Classes, Assert.Single(arrived.Evaluations).Classes);
        Assert.Equal(Checkpoint, Assert.Single(arrived.Checkpoints));
        Assert.Equal(Activity, Assert.Single(arrived.Activities));
        Assert.Equal(Failure, Assert.Single(arrived.Faults).Failure);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Record_WithinASilo_IsHandedOnAsItIs(object record) => Assert.Same(record, _services.GetRequiredService<DeepCopier>().Copy(record));

    [Fact]
    public void ListOfRecords_IsCopiedAndItsRecordsAreShared()
    {
        IReadOnlyList<StepRecord> sent = new List<StepRecord> { Step };

        var copy = _services.GetRequiredService<DeepCopier>().Copy(sent);

        Assert.NotSame(sent, copy);
        Assert.Same(Step, Assert.Single(copy));
    }
}
