using Sheaf.Client.Epochs;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;
using Sheaf.V1;

namespace Sheaf.Tests.Unit.Client.Epochs;

public sealed class EpochTableTests
{
    [Fact]
    public void Epoch_HasTheBitsOfTheServersSummary()
    {
        var random = new Random(5);
        var steps = Enumerable.Range(0, 40).Select(step => new StepMetrics
        {
            Step = step, Loss = random.NextDouble() / 3, Metrics = { random.NextDouble() }, Samples = random.Next(1, 99), LearningRate = 0.1,
            Skipped = step % 7 == 0,
        }).ToList();
        var table = new EpochTable(20, []);
        steps.ForEach(table.Add);

        var told = new EpochMeter(20).Add(steps.Select(step => new StepCommit
        {
            Step = step.Step,
            Generation = 1,
            Loss = step.Loss,
            Metrics = [.. step.Metrics],
            LearningRate = step.LearningRate,
            Samples = step.Samples,
            GradientHash = 0,
            SampleDigests = [],
            StepMicroseconds = 1,
            ComputeMicroseconds = [],
            Skipped = step.Skipped,
        })).Select(ended => ended.Record!);

        Assert.Equal(
            told.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.Metrics[0], epoch.Samples, (int)epoch.Skipped)),
            table.Rows.Select(epoch => (epoch.Epoch, epoch.Loss, epoch.Metrics[0], epoch.Samples, epoch.Skipped)));
    }

    [Fact]
    public void Epoch_HasTheLastEvaluationOfItsSteps()
    {
        var table = new EpochTable(2, [Evaluated(2, 0.7), Evaluated(1, 0.9), Evaluated(4, 0.6), Evaluated(3, 0.65), Evaluated(9, 0.1)]);
        for (var step = 0; step < 5; step++)
        {
            table.Add(new StepMetrics { Step = step, Loss = 1, Samples = 1, LearningRate = step });
        }

        Assert.Equal([0.7, 0.6, null], table.Rows.Select(epoch => epoch.Validation?.Loss));
        Assert.Equal([(1, 2, 1.0), (2, 2, 3), (3, 1, 4)], table.Rows.Select(epoch => (epoch.Epoch, epoch.Steps, epoch.LearningRate)));
    }

    private static Evaluation Evaluated(long step, double loss) => new() { Step = step, Rows = Rows.Validation, Loss = loss };
}
