using Sheaf.Specs;

namespace Sheaf.Tests.Unit.Specs;

public class SpecExplainerTests
{
    private static readonly IReadOnlyList<SpecSetting> Settings = SpecExplainer.Explain(SpecTexts.Parse(SpecTexts.Sound));

    [Theory]
    [InlineData("seed", "7", false)]
    [InlineData("data.train.format", "idx", false)]
    [InlineData("data.train.images", "/specs/train-images.gz", false)]
    [InlineData("data.test", "none", true)]
    [InlineData("model.layers", "[conv2d, relu, max_pool, flatten, linear]", false)]
    [InlineData("model.layers.0.conv2d.kernel", "5", false)]
    [InlineData("model.layers.0.conv2d.stride", "1", true)]
    [InlineData("model.layers.2.max_pool.stride", "kernel", true)]
    [InlineData("loss", "cross_entropy", false)]
    [InlineData("loss.cross_entropy.label_smoothing", "0", true)]
    [InlineData("optimizer.sgd.weight_decay", "0", true)]
    [InlineData("schedule", "constant", true)]
    [InlineData("schedule.constant.warmup", "0", true)]
    [InlineData("workers", "2", false)]
    [InlineData("evaluate_every", "1 epoch", true)]
    [InlineData("checkpoints.keep.by", "validation_loss", false)]
    [InlineData("clip_norm", "none", true)]
    [InlineData("bits", "strict", true)]
    public void Explain_SaysWhatIsInEffectAndWhetherItIsADefault(string key, string value, bool isDefault)
    {
        var setting = Assert.Single(Settings, s => s.Key == key);

        Assert.Equal((value, isDefault), (setting.Value, setting.IsDefault));
    }

    [Fact]
    public void Explain_GivesEveryKeyAMeaning()
    {
        Assert.All(Settings, s => Assert.EndsWith(".", s.Meaning, StringComparison.Ordinal));
        Assert.Equal(Settings.Count, Settings.Select(s => s.Key).Distinct().Count());
    }

    [Fact]
    public void Explain_ShowsTheDefaultsInsideALeftOutSection()
    {
        var settings = SpecExplainer.Explain(
            SpecTexts.Parse(string.Join('\n', SpecTexts.Sound.Split('\n').Where(l => !l.StartsWith("checkpoints", StringComparison.Ordinal)))));

        Assert.Equal("2", Assert.Single(settings, s => s.Key == "checkpoints.keep.latest" && s.IsDefault).Value);
    }
}
