using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Replicas;

/// <summary>A run that begins with the weights of another and leaves some as they are.</summary>
public sealed class FrozenTests
{
    private static readonly LayerSpec[] Layers =
    [
        new LayerSpec.Conv2d(4, 3), new LayerSpec.Relu(), new LayerSpec.MaxPool(2), new LayerSpec.Conv2d(4, 2, Bias: false), new LayerSpec.BatchNorm(),
            new LayerSpec.Relu(),
        new LayerSpec.Flatten(), new LayerSpec.Linear(16), new LayerSpec.Dropout(0.2), new LayerSpec.Linear(3),
    ];

    [Theory]
    [InlineData("0.*")]
    [InlineData("0.*", "3.*", "4.*", "7.*")]
    [InlineData("3.weight", "9.bias")]
    public async Task Freeze_LeavesTheseAndTrainsTheOthersWithTheSameBitsOnAnyNumberOfWorkers(params string[] freeze)
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(Layers, shards: 4) with { Freeze = freeze };
        var first = await TinyRun.RunAsync(spec, data, 1, until: 0);
        var whole = await TinyRun.RunAsync(spec, data, 1);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2)).Hash);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 4)).Hash);
        var half = await TinyRun.RunAsync(spec, data, 3, until: 7);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2, from: half.Snapshots.Single())).Hash);

        foreach (var (before, after) in first.Snapshots.Single().Weights.Zip(whole.Snapshots.Single().Weights))
        {
            var isBuffer = before.Name.Contains("running", StringComparison.Ordinal) || before.Name.EndsWith("tracked", StringComparison.Ordinal);
            var same = before.Data.Span.SequenceEqual(after.Data.Span);
            Assert.True(same == (!isBuffer && spec.IsFrozen(before.Name)), $"{before.Name} {(same ? "stayed as it was" : "changed")}.");
        }

        Assert.DoesNotContain(whole.Snapshots.Single().Optimizer, array => spec.IsFrozen(array.Name[..array.Name.LastIndexOf('.')]));
    }

    [Fact]
    public async Task Weights_AreWhatTheModelBeginsWithButForWhatIsExcepted()
    {
        var data = TinyRun.Classes();
        var trained = (await TinyRun.RunAsync(TinyRun.Spec(Layers, shards: 4), data, 1)).Snapshots.Single().Weights;
        var with = data with
        {
            Weights = [.. trained.Select(array => new InitialTensor(array.Name, array.Shape, array.Type == ArrayType.Int64, array.Data))],
            Facts = data.Facts with
            {
                Weights = new("/w", [.. trained.Select(array => new WeightEntry(array.Name, array.Type.ToString().ToLowerInvariant(),
                array.Shape))])
            },
        };
        var spec = TinyRun.Spec(Layers, shards: 4) with { Weights = new("/w") { Except = ["9.*"] }, Seed = 5 };
        var drawn = (await TinyRun.RunAsync(spec with { Weights = null }, data, 1, until: 0)).Snapshots.Single().Weights;
        var begun = (await TinyRun.RunAsync(spec, with, 2, until: 0)).Snapshots.Single().Weights;

        Assert.All(begun, array =>
        {
            var expected = (array.Name.StartsWith("9.", StringComparison.Ordinal) ? drawn : trained).Single(each => each.Name == array.Name);
            Assert.True(expected.Data.Span.SequenceEqual(array.Data.Span), array.Name);
        });
        var whole = await TinyRun.RunAsync(spec, with, 1);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, with, 4)).Hash);
    }
}
