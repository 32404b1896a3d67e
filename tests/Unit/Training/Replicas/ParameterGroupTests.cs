using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Unit.Training.Replicas;

public class ParameterGroupTests
{
    public static readonly TheoryData<string> Optimizers = ["sgd", "adamw", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "rprop"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Apply_EachGroupIsUpdatedAsItWouldBeAlone(string name)
    {
        var spec = Spec() with
        {
            Optimizer = Optimizer(name),
            ParameterGroups = [new(["b.*"], 0.003, null), new(["*.bias"], null, 0)],
        };
        (string Name, int Dimensions, int Offset)[] parameters = [("a.weight", 2, 0), ("a.bias", 1, 32), ("b.weight", 2, 48), ("b.bias", 1, 64)];
        using var grouped = GroupedOptimizer.Of(spec, parameters, 80);
        var alone = parameters.Select((each, place) => FlatOptimizer.Create(
            spec.OptimizerOf(each.Name, each.Dimensions), (place < 3 ? parameters[place + 1].Offset : 80) - each.Offset)).ToArray();
        var weights = Numbers(0, 80);
        var pieces = parameters.Select((each, place) => weights[each.Offset..(place < 3 ? parameters[place + 1].Offset : 80)]).ToArray();
        for (var step = 1; step <= 5; step++)
        {
            var gradient = Numbers(step, 80);
            var rate = spec.Optimizer.LearningRate * step / 5;
            grouped.Apply(weights, gradient, rate, 0.5f);
            for (var place = 0; place < 4; place++)
            {
                var own = spec.OptimizerOf(parameters[place].Name, parameters[place].Dimensions);
                alone[place].Apply(
                    pieces[place], gradient.AsSpan(parameters[place].Offset, pieces[place].Length), rate * (own.LearningRate / spec.Optimizer.LearningRate),
                    0.5f);
            }

            if (step == 3)
            {
                // As after a resume: the state was written by somebody else.
                grouped.Restore(3);
            }
        }

        Assert.Equal(pieces.SelectMany(piece => piece), weights);
        Assert.Equal(5, grouped.Steps);
        Array.ForEach(alone, each => each.Dispose());
    }

    [Fact]
    public void OptimizerOf_TheFirstGroupThatNamesAParameterCountsAndBiasesAndNormsAreSpared()
    {
        var spec = Spec() with
        {
            Optimizer = new OptimizerSpec.Adam(0.1, WeightDecay: 0.2, Decoupled: true),
            ParameterGroups = [new(["0.*"], 0.01, null), new(["*.weight"], 0.02, 0.3)],
            WeightDecayOn = DecayedParameters.Weights,
        };

        Assert.Equal((0.01, 0.2), Of("0.weight", 4));
        Assert.Equal((0.01, 0), Of("0.bias", 1));
        Assert.Equal((0.02, 0), Of("1.weight", 1));
        Assert.Equal((0.02, 0.3), Of("2.weight", 2));
        Assert.Equal((0.1, 0), Of("2.bias", 1));
        Assert.IsType<SgdOptimizer>(GroupedOptimizer.Of(Spec(), [("a", 2, 0), ("b", 1, 16)], 32));

        (double, double) Of(string name, int dimensions) =>
            spec.OptimizerOf(name, dimensions) is var own ? (own.LearningRate, own.WeightDecay) : default;
    }

    [Fact]
    public void Check_APatternThatMatchesNothingIsRefused() => Assert.Contains(
        "parameter_groups: \"7.*\" of group 1 matches no parameter; the model has 1.weight, 1.bias, 3.weight, 3.bias.",
        ModelShapes.Check(Spec() with { ParameterGroups = [new(["1.*"], 0.1, null), new(["7.*"], 0.1, null)] }, [1, 8, 8], 3));

    [Theory]
    [MemberData(nameof(Optimizers))]
    public async Task Run_GroupsAndAverageHaveTheSameBitsOnOneToFourWorkersAndThroughAResume(string name)
    {
        var data = TinyRun.Classes();
        var spec = Spec() with
        {
            Model = new ModelSpec.Sequential(TinyRun.Convolutional),
            Optimizer = Optimizer(name),
            Schedule = name == "rprop" ? new ScheduleSpec.Constant() : new ScheduleSpec.Cosine(),
            ParameterGroups = [new(["0.*", "1.*"], 0.004, null)],
            WeightDecayOn = DecayedParameters.Weights,
            Average = new(0.9),
        };
        var whole = await TinyRun.RunAsync(spec, data, 1);
        Assert.All(whole.Ended, reason => Assert.Null(reason));
        foreach (var workers in new[] { 2, 4 })
        {
            var run = await TinyRun.RunAsync(spec, data, workers);
            Assert.Equal(whole.Hash, run.Hash);
            Assert.Equal(whole.Evaluations.Single().Loss, run.Evaluations.Single().Loss);
        }

        var half = await TinyRun.RunAsync(spec, data, 4, until: 7);
        var rest = await TinyRun.RunAsync(spec, data, 2, from: half.Snapshots.Single());
        Assert.Equal(whole.Hash, rest.Hash);
        Assert.Equal(State(whole), State(rest));
    }

    [Fact]
    public async Task Average_IsEvaluatedAndKeptWhileTrainingGoesOnWithTheWeights()
    {
        var data = TinyRun.Classes();
        var plain = Spec() with { Epochs = 1 };
        var averaged = plain with { Average = new(0.8) };
        var (mean, last) = (Array.Empty<float>(), (TinyRun.Outcome?)null);
        for (var step = 0; step <= 5; step++)
        {
            last = await TinyRun.RunAsync(plain, data, 1, until: step);
            var weights = Values(last.Snapshots.Single().Weights, "3.weight");
            mean = step == 0 ? weights : [.. mean.Zip(weights, (average, weight) => MathF.FusedMultiplyAdd(weight - average, (float)(1 - 0.8), average))];
        }

        var run = await TinyRun.RunAsync(averaged, data, 1, until: 5);

        Assert.Equal(mean, Values(run.Snapshots.Single().Weights, "3.weight"));
        Assert.Equal(Values(last!.Snapshots.Single().Weights, "3.weight"), Values(run.Snapshots.Single().Optimizer, "3.weight.trained"));
        Assert.Equal(last.Steps[0].Select(each => each.Loss), run.Steps[0].Select(each => each.Loss));
        Assert.NotEqual(last.Evaluations.Single().Loss, run.Evaluations.Single().Loss);
        using var predictor = new Sheaf.Training.Replicas.Predictor(averaged, data.Facts, run.Snapshots.Single());
        var predicted = predictor.Predict(data.Validation!, withTargets: true, TestContext.Current.CancellationToken).ToList();
        Assert.Equal(
            predicted.Average(each => -Math.Log(each.Probabilities[(int)each.Targets[0]])), run.Evaluations.Single().Loss, 1e-5);
    }

    private static ExperimentSpec Spec() => TinyRun.Spec(TinyRun.Perceptron, 4);

    private static OptimizerSpec Optimizer(string name) => name switch
    {
        "sgd" => new OptimizerSpec.Sgd(0.05, 0.9, 0.01),
        "adamw" => new OptimizerSpec.Adam(0.01, WeightDecay: 0.1, Decoupled: true),
        "rmsprop" => new OptimizerSpec.RmsProp(0.01, Momentum: 0.5, WeightDecay: 0.1, Centered: true),
        "adagrad" => new OptimizerSpec.Adagrad(0.01, WeightDecay: 0.1, InitialSum: 0.1),
        "adadelta" => new OptimizerSpec.Adadelta(WeightDecay: 0.1),
        "adamax" => new OptimizerSpec.Adamax(0.01, WeightDecay: 0.1),
        "nadam" => new OptimizerSpec.Nadam(0.01, WeightDecay: 0.1),
        _ => new OptimizerSpec.Rprop(0.01),
    };

    private static float[] Numbers(int stream, int count)
    {
        var numbers = new float[count];
        new KeyedRandom(5, RandomPurpose.Shuffle, 0, 0, stream).Fill(numbers);
        return Array.ConvertAll(numbers, number => number - 0.5f);
    }

    private static float[] Values(IReadOnlyList<NamedArray> arrays, string name) =>
        MemoryMarshal.Cast<byte, float>(arrays.Single(array => array.Name == name).Data.Span).ToArray();

    private static IEnumerable<(string, string)> State(TinyRun.Outcome run) =>
        run.Snapshots.Single().Optimizer.Select(array => (array.Name, Convert.ToHexString(array.Data.Span)));
}
