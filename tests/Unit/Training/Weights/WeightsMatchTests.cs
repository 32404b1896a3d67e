using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Weights;

namespace Sheaf.Tests.Unit.Training.Weights;

public class WeightsMatchTests
{
    private static readonly LayerSpec[] Layers =
        [new LayerSpec.Conv2d(4, 3), new LayerSpec.BatchNorm(), new LayerSpec.Relu(), new LayerSpec.Flatten(), new LayerSpec.Linear(3)];

    private static readonly (string Name, long[] Shape)[] Whole =
    [
        ("0.weight", [4, 1, 3, 3]), ("0.bias", [4]), ("1.weight", [4]), ("1.bias", [4]), ("1.running_mean", [4]), ("1.running_var", [4]), ("4.weight", [3,
            144]),
        ("4.bias", [3]),
    ];

    [Fact]
    public void Of_TakesWhatHasTheSameNameAndSaysWhatItDoesNot()
    {
        var match = Match(new("w"), [.. Whole[..6], ("9.weight", [1])]);

        Assert.Empty(match.Problems);
        Assert.Equal(Whole[..6].Select(each => each.Name).Order(), match.Taken.Select(each => each.InModel).Order());
        Assert.Equal(["4.weight", "4.bias"], match.Missing);
        Assert.Equal(["9.weight"], match.Left);
    }

    [Fact]
    public void Of_TakesACounterOfPyTorchsAsWell() =>
        Assert.Contains(("1.num_batches_tracked", "1.num_batches_tracked"), Match(new("w"), [.. Whole], new WeightEntry("1.num_batches_tracked", "int64",
            [])).Taken);

    [Fact]
    public void Except_IsDrawnAnewThoughTheFileHasItInAnotherShape()
    {
        var match = Match(new("w") { Except = ["4.*"] }, [.. Whole[..6], ("4.weight", [10, 144]), ("4.bias", [10])]);

        Assert.Empty(match.Problems);
        Assert.Equal(["4.weight", "4.bias"], match.Excepted);
        Assert.Equal(["4.weight", "4.bias"], match.Left);
        Assert.Empty(match.Missing);
    }

    [Fact]
    public void Rename_LeadsThePartsOfAFileToLayers()
    {
        var weights = new WeightsSpec("w") { Rename = new Dictionary<string, string> { ["net"] = "", ["net.conv1"] = "0", ["net.fc"] = "4" } };
        var match = Match(weights, ("net.conv1.weight", [4, 1, 3, 3]), ("net.conv1.bias", [4]), ("net.fc.weight", [3, 144]), ("net.fc.bias", [3]),
            ("net.1.weight", [4]));

        Assert.Empty(match.Problems);
        Assert.Equal(["0.bias", "0.weight", "1.weight", "4.bias", "4.weight"], match.Taken.Select(each => each.InModel).Order());
        Assert.Equal("fc2.weight", new WeightsSpec("w") { Rename = new Dictionary<string, string> { ["fc"] = "4" } }.NameInModel("fc2.weight"));
    }

    [Fact]
    public void Problems_NameEveryWrongShapeAndEveryPatternThatMatchesNothing()
    {
        var weights = new WeightsSpec("w") { Except = ["7.*"], Rename = new Dictionary<string, string> { ["fc"] = "4" } };
        var match = Match(weights, ("0.weight", [4, 1, 5, 5]), ("0.bias", [6]), ("1.weight", [4]));

        Assert.Equal(4, match.Problems.Count);
        Assert.Contains("'0.weight' is float32 [4, 1, 5, 5], and '0.weight' of the model float32 [4, 1, 3, 3]; change the layer, or leave it out with "
            + "except", match.Problems[0], StringComparison.Ordinal);
        Assert.Contains("'0.bias' is float32 [6]", match.Problems[1], StringComparison.Ordinal);
        Assert.Contains("except \"7.*\" matches nothing of the model, which has 0.weight, 0.bias", match.Problems[2], StringComparison.Ordinal);
        Assert.Contains("rename \"fc\" is the beginning of no name", match.Problems[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_SayWhatBothSidesHaveWhereNothingFits()
    {
        var problem = Assert.Single(Match(new("w"), ("conv1.weight", [4, 1, 3, 3])).Problems);

        Assert.Contains("The file has conv1.weight; the model has 0.weight", problem, StringComparison.Ordinal);
        Assert.Contains("Write rename", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Freeze_NamesWhatItDoesNotFindAndLeavesSomethingToTrain()
    {
        var spec = TinyRun.Spec(Layers, 1);
        Assert.Contains("freeze: \"5.*\" matches no parameter; the model has 0.weight, 0.bias", Problem(spec with { Freeze = ["5.*"] }),
            StringComparison.Ordinal);
        Assert.Contains("nothing to train", Problem(spec with { Freeze = ["*"] }), StringComparison.Ordinal);

        var plan = ModelShapes.Plan(spec with { Freeze = ["0.*", "1.*"] }, [1, 8, 8], 3);
        Assert.Equal(["4.weight", "4.bias"], plan.Parameters.Select(tensor => tensor.Name));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"], plan.Frozen.Select(tensor => tensor.Name));
        Assert.Equal(plan.ReductionLength, ModelShapes.Plan(spec, [1, 8, 8], 3).ReductionLength - 48 - 16 - 16 - 16);

        static string Problem(ExperimentSpec spec) => Assert.Single(ModelShapes.Check(spec, [1, 8, 8], 3));
    }

    private static WeightsMatch Match(WeightsSpec weights, params (string Name, long[] Shape)[] entries) => Match(weights, entries, []);

    private static WeightsMatch Match(WeightsSpec weights, (string Name, long[] Shape)[] entries, params WeightEntry[] more) => WeightsMatch.Of(
        weights, ModelShapes.Plan(TinyRun.Spec(Layers, 1), [1, 8, 8], 3), new("/w", [.. entries.Select(each => new WeightEntry(each.Name, "float32",
            each.Shape)), .. more]));
}
