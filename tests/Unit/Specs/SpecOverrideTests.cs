using Sheaf.Specs;
using Sheaf.Surroundings;

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
            SpecTexts.Sound, "epochs=9", "optimizer.sgd.learning_rate=0.1", "model.layers.4.linear=20", "clip_norm=1.5",
            "loss.cross_entropy.label_smoothing=0.1", "model.layers.1=tanh");

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
    [InlineData("epochs=[", "not valid YAML: the [ at character 1 of the value is not closed")]
    [InlineData("name='small' #2", "what follows the # at character 9 of the value would be a comment and dropped")]
    [InlineData("metrics=[accuracy] # more", "what follows the # at character 12 of the value")]
    [InlineData("name=sm\uFFFDll", "not valid UTF-8")]
    [InlineData("epochs=", "has no value")]
    [InlineData("epoch=5", "did you mean \"epochs\"?")]
    public void Apply_ReportsWhatItCannotSet(string set, string message)
    {
        var violations = SpecTexts.Parse(SpecTexts.Sound, set).Violations;

        Assert.Contains(
            violations,
            v => v.Message.Contains(message, StringComparison.Ordinal) && v.Message.EndsWith($"(from --set {Printable.Of(set)})", StringComparison.Ordinal));
    }

    public static TheoryData<string> NamesThatYamlWouldReadOtherwise { get; } =
    [
        "price #2", "#h", "a, b", "k: v", "- d", "? q", "zip: [", "a]", "*x", "&x", "!x", "!!str x", "|", "> x", "@x", "%x", "`x`", "--- x", "...", "a: b: c",
        "x\ty", "5\" pipe", "it's",
        "a\\b", "x:", ":x", "-", "=", "1 #2", "a\nb #c", "{x} #2", "[x] #2", "'x' #2", "\"x\" #2", "naïve", "\u00A0x", "a\u2028b", "0x10", "true", "01", "1e5",
    ];

    [Theory]
    [MemberData(nameof(NamesThatYamlWouldReadOtherwise))]
    public void Apply_ReadsAValueWholeOrRefusesIt(string name)
    {
        const string Table = """
            name: table
            data:
              train: { format: csv, path: d.csv, features: [x], target: y }
            model:
              layers: [ { linear: 1 } ]
            loss: mean_squared_error
            optimizer: { sgd: { learning_rate: 0.01 } }
            batch_size: 4
            epochs: 3
            """;

        var result = SpecTexts.Parse(Table, $"data.train.target={name}");

        Assert.True(result.Spec is not null || result.Violations.Count > 0);
        if (result.Spec is not null)
        {
            Assert.Equal(name, Target(result));
            Assert.Equal(name, Target(SpecTexts.Parse(SpecWriter.ToYaml(result))));
        }

        Assert.Equal(name is not (['{' or '[' or '"' or '\'', ..]), result.Spec is not null);
    }

    [Theory]
    [InlineData("'price #2'", "price #2")]
    [InlineData("\"price #2\"", "price #2")]
    [InlineData("\"5\\\" pipe\"", "5\" pipe")]
    public void Apply_TakesQuotesOffAsYamlDoes(string written, string path)
    {
        var result = SpecTexts.Parse(SpecTexts.Sound, $"data.train.images={written}");

        Assert.Equal($"/specs/{path}", Assert.IsType<SourceSpec.Idx>(result.Spec!.Data.Train).Images);
    }

    private static string Target(SpecResult result) => Assert.Single(Assert.IsType<SourceSpec.Csv>(result.Spec?.Data.Train).Targets);

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
