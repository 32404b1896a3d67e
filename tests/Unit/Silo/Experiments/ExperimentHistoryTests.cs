using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Experiments;
using Sheaf.Tests.Unit.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Experiments;

public class ExperimentHistoryTests
{
    private static readonly RunEvent Began = new() { Time = Runs.Now, Message = "running" };
    private static readonly EvaluationRecord Evaluation = new() { Step = 10, Rows = RowSetKind.Validation, Samples = 100, Loss = 0.5, Metrics = [0.9] };
    private static readonly CheckpointRecord Checkpoint = new() { Step = 10, Generation = 1, Path = "p", Bytes = 1, WeightsSha256 = "s" };

    [Fact]
    public void Unknown_EnsureNewsThatIsToldAgainIsSeenOnce()
    {
        var news = new RunNews { Events = [Began], Evaluations = [Evaluation], Checkpoint = Checkpoint, Checkpoints = [Checkpoint] };
        var view = ExperimentHistory.Apply(Empty(), news, new());
        var again = ExperimentHistory.Unknown(
            view, news with { Events = [Began, Began with { Message = "paused" }], Evaluations = [Evaluation with { Metrics = [0.9] }] });
        Assert.Equal("paused", Assert.Single(again.Events).Message);
        Assert.Empty(again.Evaluations);
        Assert.Null(again.Checkpoint);
        Assert.Equal(["paused"], ExperimentHistory.Updates(view, again).Select(update => update.Event!.Message));
    }

    [Fact]
    public void Unknown_EnsureWhatIsNewStays()
    {
        var news = new RunNews { Events = [Began], Evaluations = [Evaluation], Checkpoint = Checkpoint, Checkpoints = [Checkpoint] };
        Assert.Equal(3, ExperimentHistory.Updates(Empty(), ExperimentHistory.Unknown(Empty(), news)).Count());
        var view = ExperimentHistory.Apply(Empty(), news, new());
        var other = ExperimentHistory.Unknown(view, new()
        {
            Events = [Began with { Time = Runs.Now.AddSeconds(1) }],
            Evaluations = [Evaluation with { Loss = 0.4 }],
            Checkpoint = Checkpoint with { Path = "q" },
        });
        Assert.Equal(3, ExperimentHistory.Updates(view, other).Count());
    }

    private static ExperimentView Empty() => new()
    {
        Run = new()
        {
            Id = "one",
            Name = "one",
            State = RunState.Running,
            Desired = DesiredState.Run,
            Reason = "",
            Generation = 1,
            Step = 0,
            TotalSteps = 20,
            StepsPerEpoch = 10,
            Epochs = 2,
            Shards = 1,
            TrainingSamples = 100,
            MetricNames = ["accuracy"],
            Reduction = "memory",
            Submitted = Runs.Now,
        },
        SpecYaml = "",
        Checkpoints = [],
        Evaluations = [],
        Events = [],
    };
}
