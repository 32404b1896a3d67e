using Sheaf.Contracts.Specs;

namespace Sheaf.Tests.Unit.Specs;

public class SpecOverrideTests
{
    [Fact]
    public void Parse_SplitsAtTheFirstEqualsSign()
    {
        Assert.Equal(new SpecOverride("data.train.where", "{a: b=c}"), SpecOverride.Parse(" data.train.where = {a: b=c}"));
    }

    [Theory]
    [InlineData("epochs")]
    [InlineData("=5")]
    [InlineData("a..b=5")]
    public void Parse_SaysHowToWriteOne(string text)
    {
        Assert.Contains("KEY=VALUE", Assert.Throws<FormatException>(() => SpecOverride.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ReplacesAddsAndGoesIntoLists()
    {
        var result = SpecTexts.Parse(
            SpecTexts.Sound, "epochs=9", "optimizer.sgd.learning_rate=0.1", "model.layers.4.linear=20", "clip_norm=1.5", "loss.cross_entropy.label_smoothing=0.1", "model.layers.1=tanh");

        Assert.Empty(result.Violations);
        Assert.Equal(9, result.Spec!.Epochs);
        Assert.Equal(new OptimizerSpec.Sgd(0.1, 0.9), result.Spec.Optimizer);
        Assert.Equal(1.5, result.Spec.ClipNorm);
        Assert.Equal(new LossSpec.CrossEntropy(0.1), result.Spec.Loss);
        var layers = Assert.IsType<ModelSpec.Sequential>(result.Spec.Model).Layers;
        Assert.Equal(new LayerSpec.Linear(20), layers[4]);
        Assert.Equal(new LayerSpec.Tanh(), layers[1]);
    }

    [Fact]
    public void Apply_NamesTheOverrideInsteadOfALine()
    {
        var violation = Assert.Single(SpecTexts.Parse(SpecTexts.Sound, "optimizer.sgd.learning_rate=-1").Violations);

        Assert.Equal(("optimizer.sgd.learning_rate", 0, 0), (violation.Key, violation.Line, violation.Column));
        Assert.Equal("-1 is out of range; allowed: above 0 (from --set optimizer.sgd.learning_rate=-1)", violation.Message);
    }

    [Theory]
    [InlineData("model.layers.9=relu", "model.layers is a list: \"9\" must be a number from 0 to 4")]
    [InlineData("model.layers.first=relu", "must be a number from 0 to 4")]
    [InlineData("workers.max=4", "workers is \"2\", with nothing inside to set; set all of it, such as {max: ...}")]
    [InlineData("epochs=[", "not valid YAML")]
    [InlineData("epochs=", "has no value")]
    [InlineData("epoch=5", "did you mean \"epochs\"?")]
    public void Apply_ReportsWhatItCannotSet(string set, string message)
    {
        var violations = SpecTexts.Parse(SpecTexts.Sound, set).Violations;

        Assert.Contains(violations, v => v.Message.Contains(message, StringComparison.Ordinal) && v.Message.EndsWith($"(from --set {set})", StringComparison.Ordinal));
    }

    [Fact]
    public void ToYaml_KeepsTheTextWhereNothingOverridesIt()
    {
        Assert.Same(SpecTexts.Sound, SpecWriter.ToYaml(SpecTexts.Parse(SpecTexts.Sound)));
    }

    [Fact]
    public void ToYaml_ReadsBackAsTheOverriddenSpec()
    {
        var result = SpecTexts.Parse(SpecTexts.Sound, "epochs=9", "data.train.images='odd: name #1'", "clip_norm=1.5");

        var again = SpecTexts.Parse(SpecWriter.ToYaml(result));

        Assert.Empty(again.Violations);
        Assert.Equal(SpecExplainer.Explain(result), SpecExplainer.Explain(again));
    }
}
