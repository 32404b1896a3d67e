using Sheaf.Sdk;
using Sheaf.Sdk.Testing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Sdk;

public sealed class SdkHarnessTests
{
    [Fact]
    public void Train_OfASoundModel_HasTheSameBitsOnEveryNumberOfWorkers()
    {
        var report = SdkHarness.Train(input => new SoundNet(input), new Points());
        Assert.True(report.BitsAgree, report.ToString());
        Assert.Equal([1, 1, 2, 4], report.Runs.Select(run => run.Workers));
        Assert.Single(report.Runs.Select(run => run.Sha256).Distinct());
        Assert.All(report.Runs, run => Assert.Equal(10, run.Losses.Count));
        Assert.Contains("The bits agree.", report.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(report.Runs[0].Sha256, SdkHarness.Train(input => new SoundNet(input), new Points(), options: new() { Seed = 43 }).Runs[0].Sha256);
    }

    [Fact]
    public void Train_MakesTheLossSmaller()
    {
        var options = new HarnessOptions { Steps = 60, LearningRate = 0.5 };
        var report = SdkHarness.Train(input => nn.Linear(input.Shape[0], input.Classes!.Value), new Points(), options: options);
        Assert.InRange(report.LastLoss, 0, report.FirstLoss / 2);
    }

    [Fact]
    public void Train_OfAModelThatDrawsFromLibTorch_HasTheSameBits()
    {
        var report = SdkHarness.Train(input => nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.5), nn.Linear(8, 2)), new Points());
        Assert.True(report.BitsAgree, report.ToString());
    }

    [Fact]
    public void Train_WithMoreShardsThanSamples_HasTheSameBits()
    {
        var report = SdkHarness.Train(input => nn.Linear(2, 2), new Points(), options: new() { BatchSize = 5, Shards = 7, Workers = [1, 3, 7] });
        Assert.True(report.BitsAgree, report.ToString());
    }

    [Fact]
    public void Train_OfAModelThatCountsItsCalls_SaysStepAndShard()
    {
        var report = SdkHarness.Train(input => new CountingNet(), new Points());
        Assert.False(report.BitsAgree);
        Assert.StartsWith("On 2 workers shard ", report.Difference!, StringComparison.Ordinal);
        Assert.Contains("kept from one call to the next", report.Difference!, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OfARandomModel_SaysThatTheSecondTimeIsAnother()
    {
        var random = new Random(1);
        var report = SdkHarness.Train(input => new ShiftedNet(() => (float)random.NextDouble()), new Points());
        Assert.StartsWith("A second time on 1 worker shard 0 of step 0 ", report.Difference!, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OfAModelWithOtherFirstWeightsEachTime_SaysSo()
    {
        var random = new Random(1);
        var report = SdkHarness.Train(_ => new ScaledNet((float)random.NextDouble()), new Points());
        Assert.StartsWith("A second time on 1 worker the model begins with other weights", report.Difference!, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OfALossThatIsAMean_IsRefusedWithWhatIsNeeded()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => SdkHarness.Train(_ => nn.Linear(2, 2), new Points(), new MeanLoss()));
        Assert.Contains("MeanLoss.Losses gave []", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("never their sum or mean", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OfAModelThatThrows_ThrowsItsException()
    {
        var thrown = Assert.Throws<NotSupportedException>(
            () => SdkHarness.Train(_ => new ShiftedNet(() => throw new NotSupportedException("mine")), new Points()));
        Assert.Equal("mine", thrown.Message);
    }

    [Fact]
    public void Options_OutOfRange_AreToldAllAtOnce()
    {
        var thrown = Assert.Throws<ArgumentException>(
            () => SdkHarness.Train(_ => nn.Linear(2, 2), new Points(), options: new() { Steps = 0, Shards = 2, Workers = [1, 3] }));
        Assert.Contains("Steps is 0", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Workers has 3; allowed: 1 to 2", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>Two classes, by the sum of the two features.</summary>
    private sealed class Points : IDataset
    {
        public int Count => 107;

        public IReadOnlyList<int> FeatureShape { get; } = [2];

        public int? Classes => 2;

        public void Read(int row, RowBuffer into)
        {
            (into.Features[0], into.Features[1]) = (MathF.Sin(row), MathF.Cos(row * 1.7f));
            into.TargetIntegers[0] = into.Features[0] + into.Features[1] > 0 ? 1 : 0;
        }
    }

    private sealed class MeanLoss : ILoss
    {
        public Tensor Losses(Tensor output, Tensor target) => nn.functional.cross_entropy(output, target);
    }

    /// <summary>Statistics of BatchNorm, and Sheaf's Dropout.</summary>
    private sealed class SoundNet : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first;
        private readonly BatchNorm1d _norm;
        private readonly Sheaf.Sdk.Dropout _dropout = new(0.3);
        private readonly Linear _last;

        public SoundNet(ModelInput input)
            : base(nameof(SoundNet))
        {
            (_first, _norm, _last) = (nn.Linear(input.Shape[0], 8), nn.BatchNorm1d(8), nn.Linear(8, input.Classes!.Value));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _last.forward(_dropout.forward(nn.functional.relu(_norm.forward(_first.forward(input)))));
    }

    private sealed class CountingNet : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer = nn.Linear(2, 2);
        private int _calls;

        public CountingNet()
            : base(nameof(CountingNet)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _layer.forward(input) * (_calls++ > 5 ? 2 : 1);
    }

    private sealed class ScaledNet : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _scale;

        public ScaledNet(float scale)
            : base(nameof(ScaledNet))
        {
            _scale = nn.Parameter(tensor(new[] { scale, scale }));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input * _scale;
    }

    private sealed class ShiftedNet : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer = nn.Linear(2, 2);
        private readonly Func<float> _shift;

        public ShiftedNet(Func<float> shift)
            : base(nameof(ShiftedNet))
        {
            _shift = shift;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _layer.forward(input + _shift());
    }
}
