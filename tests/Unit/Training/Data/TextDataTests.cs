using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Tests.Unit.Training.UserCode;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;
using Sheaf.Training.Trials;

namespace Sheaf.Tests.Unit.Training.Data;

[Collection(nameof(TrialsAlone))]
public sealed class TextDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_RowsAreThePiecesOfTheTextAndTargetsWhatFollowsEachPlace()
    {
        var bundle = Load(new() { Train = Text(_folder.Text("a", "banana band b"), context: 3) });

        // The vocabulary is " abdn", in the order of Unicode.
        Assert.Equal(" abdn", bundle.Facts.Vocabulary);
        Assert.Equal((4, 5, 3), (bundle.Train.Count, bundle.Train.Classes, bundle.Train.ClassTargets));
        Assert.True(bundle.Facts.FeaturesAreIntegers && bundle.Facts.TargetsAreIntegers);
        Assert.Equal(["ban", "ana", " ba", "nd "], Features(bundle));
        Assert.Equal(["ana", "na ", "ban", "d b"], Targets(bundle, bundle.Train));
        Assert.Equal(["space", "a", "b", "d", "n"], bundle.Facts.ClassNames);
    }

    [Fact]
    public void Load_RowsOverlapByTheirStrideAndTheNextCharacterIsTheClass()
    {
        var bundle = Load(new() { Train = Text(_folder.Text("a", "abcdef"), context: 3, stride: 1, target: TextTarget.Next) });

        Assert.Equal(["abc", "bcd", "cde"], Features(bundle));
        Assert.Equal(["d", "e", "f"], Targets(bundle, bundle.Train));
        Assert.Equal((6, 1), (bundle.Facts.Classes, bundle.Facts.TargetWidth));
    }

    [Fact]
    public void Load_SharesOfATextHaveNothingInCommon()
    {
        var path = _folder.Text("a", "abcdefabcdefabcdefab");
        var bundle = Load(new()
        {
            Train = Text(path, context: 2) with { Share = new(0, 0.6) },
            Validation = new ValidationSpec.Source(Text(path, context: 2) with { Share = new(0.6, 1), Rows = new(1, 2) }),
        });

        Assert.Equal(["ab", "cd", "ef", "ab", "cd"], Features(bundle));
        Assert.Equal(["cd", "ef"], Texts(bundle, Gathered(bundle.Validation!)));
        Assert.Equal(["de", "fa"], Targets(bundle, bundle.Validation!));
        Assert.Equal([1, 2], Enumerable.Range(0, 2).Select(bundle.Validation!.IdAt));
    }

    [Fact]
    public void Load_BytesAreTakenAsTheyAreAndCharactersWithoutTheByteOrderMark()
    {
        var path = _folder.Bytes("a", [0xEF, 0xBB, 0xBF, (byte)'h', 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, (byte)'h', (byte)'h']);

        Assert.Equal("h\u00E9\U0001F600", Load(new() { Train = Text(path, context: 2) }).Facts.Vocabulary);
        var bytes = Load(new() { Train = Text(path, context: 3) with { Unit = TextUnit.Byte } });
        Assert.Equal([0xEF, 0xBB, 0xBF, 'h', 0xC3, 0xA9, 0xF0, 0x9F, 0x98], Gathered(bytes.Train));
        Assert.Equal((256, null), (bytes.Facts.Classes, bytes.Facts.Vocabulary));
    }

    [Fact]
    public void Load_TheVocabularyIsOfTheTrainingRowsAlone()
    {
        var data = new DataSpec
        {
            Train = Text(_folder.Text("a", "ab\ncab"), context: 2),
            Test = Text(_folder.Text("b", "ab\nczb"), context: 2),
        };
        Assert.Equal(
            $"data.test: '{_folder.At("b")}' line 2: no training row has the character 'z' (U+007A). Take it out, or set unseen: replace in every source.",
            Assert.Single(Fail(data).Problems));

        var replaced = Load(data with
        {
            Train = Text(_folder.At("a"), context: 2) with { Unseen = UnseenCharacter.Replace },
            Test = Text(_folder.At("b"), context: 2) with { Unseen = UnseenCharacter.Replace },
        });
        Assert.Equal((5, "\nabc"), (replaced.Facts.Classes, replaced.Facts.Vocabulary));
        var classes = new long[4];
        replaced.Test!.GatherClasses([0, 1], classes);
        Assert.Equal([2, 0, 3, 4], classes);
    }

    [Theory]
    [InlineData("abc", 3, "has 3 characters; a row needs 4, its context and what follows it")]
    [InlineData("", 1, "has 0 characters; a row needs 2")]
    public void Load_ATextThatIsTooShortIsRefused(string text, int context, string problem) =>
        Assert.Contains(problem, Assert.Single(Fail(new() { Train = Text(_folder.Text("a", text), context) }).Problems), StringComparison.Ordinal);

    [Fact]
    public void Load_WhatIsNoUtf8IsNamedByItsByte() => Assert.Contains(
        "is no text in UTF-8: byte 2 is FF",
        Assert.Single(Fail(new() { Train = Text(_folder.Bytes("a", [(byte)'a', (byte)'b', 0xFF, (byte)'c']), 2) }).Problems),
        StringComparison.Ordinal);

    [Fact]
    public void Check_LayersThatTakeNumbersAndLossesOfNumbersAreRefused()
    {
        var bundle = Load(new() { Train = Text(_folder.Text("a", "banana band b"), context: 3) });
        var problems = ModelShapes.Check(
            TinyRun.Spec([new LayerSpec.Linear(3)], 1) with { Loss = new LossSpec.MeanSquaredError(), Metrics = [] }, bundle.Facts);

        Assert.Contains(problems, problem => problem.StartsWith("model: layers[0] linear takes numbers, and the rows are integers", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("loss: mean_squared_error compares numbers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ALossOfEveryPlaceHasTheSameBitsOnOneToFourWorkersAndTheFiguresOfTheUsersOwn()
    {
        using var package = new SamplePackage();
        var own = package.Tied();
        var path = ((SourceSpec.OfClass)own.Data.Train).Named["text"];
        var spec = own with
        {
            Data = new() { Train = Text(path, context: 4) with { Unit = TextUnit.Byte }, Validation = new ValidationSpec.Fraction(0.2, ValidationTake.Last) },
            Loss = new LossSpec.CrossEntropy(),
            Metrics = [new MetricSpec.Accuracy(), new MetricSpec.TopKAccuracy(200)],
            Epochs = 5,
            Optimizer = new OptimizerSpec.Adam(0.01),
        };
        var tried = Tried(package, spec);
        var runs = new List<TinyRun.Outcome>();
        foreach (var workers in new[] { 1, 2, 4 })
        {
            runs.Add(await TinyRun.RunAsync(spec, tried, workers, packages: package.Packages));
        }

        Assert.All(runs, run => Assert.All(run.Ended, reason => Assert.Null(reason)));
        Assert.Single(runs.Select(run => run.Hash).Distinct());
        Assert.Single(runs.Select(run => run.Evaluations.Single().Loss).Distinct());
        var evaluation = runs[0].Evaluations.Single();
        using var predictor = new Predictor(spec, tried.Facts, runs[0].Snapshots.Single(), package.Packages);
        var predicted = predictor.Predict(tried.Validation!, withTargets: true, TestContext.Current.CancellationToken).ToList();
        Assert.Equal(
            predicted.SelectMany(row => row.Predicted.Zip(row.Targets)).Average(pair => pair.First == pair.Second ? 1.0 : 0), evaluation.Metrics[0], 12);
        Assert.InRange(evaluation.Metrics[1], evaluation.Metrics[0] + 0.01, 1);

        // The user's loss of tokens on the user's rows of the same bytes.
        var plain = spec with { Data = new() { Train = spec.Data.Train }, Metrics = [], Epochs = 1 };
        var theirs = own with { Epochs = 1, Optimizer = spec.Optimizer };
        var one = await TinyRun.RunAsync(plain, Tried(package, plain), 2, packages: package.Packages);
        var other = await TinyRun.RunAsync(theirs, Tried(package, theirs), 2, packages: package.Packages);
        Assert.Equal(other.Steps[0].Select(step => step.Loss), one.Steps[0].Select(step => step.Loss), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    private static DataBundle Tried(SamplePackage package, ExperimentSpec spec)
    {
        var cancel = TestContext.Current.CancellationToken;
        var result = new UserCodeTrial(package.Packages, _ => { }, TimeProvider.System).Run(spec, cancel);
        Assert.Empty(result.Problems);
        var data = DataLoader.Load(spec.Data, spec.Seed, null, cancel, package.Packages);
        return data with { Facts = data.Facts with { UserCode = result.Facts } };
    }

    private static SourceSpec.Text Text(string path, int context, int? stride = null, TextTarget target = TextTarget.Each) =>
        new(path, TextUnit.Character, context, stride ?? context, target, UnseenCharacter.Refuse);

    private static DataBundle Load(DataSpec data) => DataLoader.Load(data, 1, null, TestContext.Current.CancellationToken);

    private static DataException Fail(DataSpec data) => Assert.Throws<DataException>(() => Load(data));

    private static long[] Gathered(RowSet rows)
    {
        var features = new long[rows.Count * rows.Width];
        rows.GatherIntegers([.. Enumerable.Range(0, rows.Count)], features);
        return features;
    }

    private static string[] Features(DataBundle bundle) => Texts(bundle, Gathered(bundle.Train));

    private static string[] Targets(DataBundle bundle, RowSet rows)
    {
        var targets = new long[rows.Count * rows.ClassTargets];
        rows.GatherClasses([.. Enumerable.Range(0, rows.Count)], targets);
        return [.. targets.Chunk(rows.ClassTargets).Select(each => string.Concat(each.Select(code => bundle.Facts.Vocabulary![(int)code])))];
    }

    private static string[] Texts(DataBundle bundle, long[] codes) =>
        [.. codes.Chunk(bundle.Train.Width).Select(each => string.Concat(each.Select(code => bundle.Facts.Vocabulary![(int)code])))];
}
