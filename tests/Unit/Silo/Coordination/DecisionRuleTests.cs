using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Definitions;

namespace Sheaf.Tests.Unit.Silo.Coordination;

public class DecisionRuleTests
{
    private readonly List<string> _notes = [];

    [Fact]
    public void Stopping_EndsAfterPatienceEvaluationsWithoutABetterOne()
    {
        var context = Context("early_stopping: { patience: 2 }");
        var decisions = After(context, 0.5, 0.4, 0.4, 0.45);

        Assert.Equal((40L, 20L, 0.4, 2), (decisions.StoppedAt, decisions.BestStep, decisions.BestValue, decisions.Waited));
        Assert.Equal("validation_loss has not improved for 2 evaluations", decisions.StoppedBecause);
        Assert.Equal(
            [
                "stops early at step 40 (the end of epoch 4) of 100: validation_loss has not improved for 2 evaluations",
                "the result is the best weights, those of step 20 (the end of epoch 2) with validation_loss 0.4; the test rows are evaluated with them",
            ],
            _notes);
    }

    [Fact]
    public void Stopping_AtTheLastStep_IsNotEarly()
    {
        var decisions = After(Context("early_stopping: { patience: 9 }"), 0.3, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);

        Assert.Null(decisions.StoppedAt);
        Assert.Equal(10, decisions.BestStep);
        Assert.Contains("those of step 10", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void MinDelta_IsWhatAValueMustBeatTheBestBy()
    {
        var decisions = After(Context("early_stopping: { min_delta: 0.1 }"), 0.5, 0.45, 0.4, 0.41);

        Assert.Equal((10L, 0.5, 3), (decisions.BestStep, decisions.BestValue, decisions.Waited));
    }

    [Fact]
    public void Best_OfAMetricThatShouldGrow_IsTheLargest()
    {
        var context = Context("early_stopping: { by: validation_r_squared, patience: 2 }\nmetrics: [r_squared]");
        var decisions = new RunDecisions();
        foreach (var (value, step) in new[] { 0.1, 0.7, 0.6 }.Select((value, at) => (value, (at + 1) * 10)))
        {
            (decisions, _) = DecisionRule.Next(context, decisions, Runs.Evaluation(step, 1, value));
        }

        Assert.Equal((20L, 10L, 0.7, 1), (decisions.BestStep, decisions.BestBefore, decisions.BestValue, decisions.Waited));
    }

    [Fact]
    public void NumbersThatAreNotFinite_AreNeverTheBest()
    {
        var decisions = After(Context("early_stopping: { patience: 3 }"), double.NaN, double.NegativeInfinity, double.NaN);

        Assert.Null(decisions.Best);
        Assert.Equal(30, decisions.StoppedAt);
        Assert.Contains("there is no best", _notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Plateau_LowersTheRateFromTheEvaluationOn()
    {
        var decisions = After(Context("schedule: { plateau: { factor: 0.5, patience: 1, min_learning_rate: 0.03 } }"), 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);

        Assert.Equal([new(30, 0.05), new(50, 0.03)], decisions.Rates);
        Assert.Equal((null, 0.05, 0.05, 0.03), (decisions.RateAt(29), decisions.RateAt(30), decisions.RateAt(49), decisions.RateAt(99)));
        Assert.StartsWith("the learning rate is 0.05 from step 30 (the end of epoch 3) on, and was 0.1", _notes[0], StringComparison.Ordinal);
        Assert.Equal(2, _notes.Count);
    }

    /// <summary>Every decision that compares evaluations: which of them is the best, whether one is better, of losses and of what should grow.</summary>
    [Theory]
    [InlineData("validation_loss", double.NaN, 1)]
    [InlineData("validation_loss", double.NegativeInfinity, 1)]
    [InlineData("validation_loss", double.PositiveInfinity, 1)]
    [InlineData("validation_r_squared", 0.2, double.NaN)]
    [InlineData("validation_r_squared", 0.2, double.PositiveInfinity)]
    [InlineData("validation_r_squared", 0.2, double.NegativeInfinity)]
    [InlineData("validation_r_squared", double.NaN, 0.99)]
    [InlineData("validation_r_squared", double.PositiveInfinity, 0.99)]
    public void EvaluationThatIsNotFinite_IsNeverTheBest_NorBetterThanIt(string by, double loss, double metric)
    {
        var context = Context($"metrics: [r_squared]\nearly_stopping: {{ by: {by}, patience: 50 }}\nschedule: {{ plateau: {{ by: {by}, patience: 50 }} }}");
        var (first, _) = DecisionRule.Next(context, new(), Runs.Evaluation(10, loss, metric));
        Assert.Equal((null, null, null), (first.Best, first.BestValue, first.Plateau!.Best));

        var (known, _) = DecisionRule.Next(context, first, Runs.Evaluation(20, 0.5, 0.5));
        var (after, _) = DecisionRule.Next(context, known, Runs.Evaluation(30, loss, metric));

        Assert.Equal((20L, 0.5, 0.5, 1), (after.BestStep, after.BestValue, after.Plateau!.Best, after.Plateau.Bad));
    }

    private static RunContext Context(string more) => new(ExperimentDefinition.Of(
        $$"""
        name: test
        data:
          train: { format: csv, path: /x.csv, features: [x], target: y }
          validation: { fraction: 0.5 }
        model: { layers: [ { linear: 1 } ] }
        loss: mean_squared_error
        optimizer: { sgd: { learning_rate: 0.1 } }
        batch_size: 10
        epochs: 10
        {{more}}
        """,
        "/",
        new()
        {
            Key = "",
            FactsJson = """{"Files":[],"TrainCount":100,"ValidationCount":100,"Shape":[1],"Mean":[0],"Std":[1]}""",
            TrainCount = 100,
            Files = [],
        }));

    /// <summary>After an evaluation at the end of each epoch.</summary>
    private RunDecisions After(RunContext context, params double[] losses)
    {
        var decisions = new RunDecisions();
        for (var epoch = 1; epoch <= losses.Length; epoch++)
        {
            (decisions, var notes) = DecisionRule.Next(context, decisions, Runs.Evaluation(epoch * 10, losses[epoch - 1]));
            _notes.AddRange(notes);
        }

        return decisions;
    }
}
