using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Sheaf.Specs;

namespace Sheaf.Tests.Unit.Specs;

public class SpecPropertyTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(new Replay(new Rnd(20261122), FSharpOption<int>.None));

    private static readonly string[] Words =
        [
            "name", "seed", "data", "train", "validation", "fraction", "format", "idx", "csv", "path", "features", "target", "where", "transforms", "scale",
                "normalize", "mean", "std",
            "model", "layers", "conv2d", "linear", "relu", "flatten", "dropout", "batch_norm", "max_pool", "out", "kernel", "loss", "cross_entropy",
                "optimizer", "sgd", "adam",
            "learning_rate", "momentum", "schedule", "cosine", "step", "every", "batch_size", "all", "epochs", "shards", "workers", "min", "max", "metrics",
                "accuracy", "checkpoints", "keep",
            "by", "best", "1 epoch", "-1", "0", "1", "2", "64", "0.5", "1e-3", ".nan", "~", "true", "assembly", "''", "\"x\"", "{}", "[]", "&a", "*a",
                "!!str", "<<", "\u00e9", "\0",
        ];

    [Fact]
    public void Parse_NeverThrowsOnRandomTrees()
    {
        Check.One(Config, Prop.ForAll(Tree(5).ToArbitrary(), text => Judged(SpecTexts.Parse(text))));
    }

    [Fact]
    public void Parse_NeverThrowsOnAMutilatedSpec()
    {
        var mutilated =
            from at in Gen.Choose(0, SpecTexts.Sound.Length - 1)
            from length in Gen.Choose(0, 20)
            from insert in Gen.Elements(
                "",
                ":",
                "- ",
                "{",
                "}",
                "[",
                "]",
                "\n",
                "  ",
                "\t",
                "#",
                "'",
                "\"",
                "|",
                ">",
                "&",
                "*",
                "!",
                "%",
                "@",
                "?",
                ",",
                "\\",
                "\uD800",
                "\uFEFF",
                "\0",
                "...")
            select SpecTexts.Sound[..at] + insert + SpecTexts.Sound[Math.Min(SpecTexts.Sound.Length, at + length)..];

        Check.One(Config, Prop.ForAll(mutilated.ToArbitrary(), text => Judged(SpecTexts.Parse(text))));
    }

    [Fact]
    public void Parse_NeverThrowsOnRandomText()
    {
        Check.One(Config, Prop.ForAll<string>(text => Judged(SpecTexts.Parse(text ?? ""))));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Parse_NeverThrowsOnRandomOverrides()
    {
        var sets =
            from length in Gen.Choose(1, 5)
            from key in Gen.ArrayOf(Gen.Elements(Words.Where(w => !w.Contains('.')).ToArray()), length)
            from value in Tree(2)
            select new SpecOverride(string.Join('.', key), value);

        Check.One(Config, Prop.ForAll(Gen.ListOf(sets, 3).ToArbitrary(), s =>
        {
            var result = SpecParser.Parse(SpecTexts.Sound, "/specs", [.. s]);
            return Judged(result) && SpecWriter.ToYaml(result).Length > 0;
        }));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void ToYaml_ReadsBackAsTheSameSettingsWhateverWasOverridden()
    {
        var sets = Gen.Elements(
            "epochs=3", "seed=0", "shards=8", "workers=1", "workers={min: 2, max: 4}", "batch_size=all", "optimizer=adam",
                "optimizer={adamw: {weight_decay: 0.1}}",
            "schedule={step: {every: 2 epochs}}", "schedule.cosine.final=0.1", "model.layers.1=tanh", "model.layers.4.linear=20",
                "model.layers.1={dropout: 0.25}",
            "loss.cross_entropy.label_smoothing=0.1", "checkpoints.keep.latest=5", "checkpoints.every=10 steps", "metrics=[]", "clip_norm=1e-3", "name='007'",
            "data.train.images='a: b #c'", "data.train.labels=\"\\u00e9 x\"", "data.transforms=[]", "data.validation.fraction=0.25", "non_finite=skip");

        Check.One(Config, Prop.ForAll(Gen.ListOf(sets, 4).ToArbitrary(), s =>
        {
            var result = SpecTexts.Parse(SpecTexts.Sound, [.. s]);
            var again = SpecTexts.Parse(SpecWriter.ToYaml(result));
            return result.Violations.Select(v => v.Key).Order().SequenceEqual(again.Violations.Select(v => v.Key).Order())
                && SpecExplainer.Explain(result).SequenceEqual(SpecExplainer.Explain(again));
        }));
    }

    /// <summary>Either a spec or reasons, and every reason can be shown.</summary>
    private static bool Judged(SpecResult result) => result.Spec is null == result.Violations.Count > 0 && result.Violations.All(v => v.ToString().Length > 0);

    private static Gen<string> Tree(int depth)
    {
        var word = Gen.Elements(Words);
        if (depth == 0)
        {
            return word;
        }

        var map =
            from count in Gen.Choose(1, 5)
            from keys in Gen.ArrayOf(word, count)
            from values in Gen.ArrayOf(Tree(depth - 1), count)
            select "{" + string.Join(", ", keys.Zip(values, (k, v) => $"{k}: {v}")) + "}";
        var list =
            from count in Gen.Choose(0, 4)
            from values in Gen.ArrayOf(Tree(depth - 1), count)
            select "[" + string.Join(", ", values) + "]";
        return Gen.Frequency((2, word), (5, map), (2, list));
    }
}
