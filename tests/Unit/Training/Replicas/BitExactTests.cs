using Sheaf.Specs;

namespace Sheaf.Tests.Unit.Training.Replicas;

/// <summary>106 rows in batches of 24: the last batch of an epoch has 10 samples, so with 8 shards some shards are short.</summary>
public sealed class BitExactTests
{
    private static readonly OptimizerSpec[] Optimizers =
    [
        new OptimizerSpec.Sgd(0.05, 0.9),
        new OptimizerSpec.Adam(0.01),
        new OptimizerSpec.RmsProp(0.001, Momentum: 0.5, Centered: true),
        new OptimizerSpec.Adagrad(RateDecay: 0.01, InitialSum: 0.1),
        new OptimizerSpec.Adadelta(WeightDecay: 0.01),
        new OptimizerSpec.Adamax(),
        new OptimizerSpec.Nadam(),
        new OptimizerSpec.Rprop(),
    ];

    [Fact]
    public async Task Run_EnsureSameWeightsOnOneToFourWorkersWithDropoutAndBatchNorm()
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4);
        var runs = new List<TinyRun.Outcome>();
        foreach (var workers in new[] { 1, 2, 3, 4 })
        {
            runs.Add(await TinyRun.RunAsync(spec, data, workers));
        }

        Assert.All(runs, run => Assert.Equal(runs[0].Hash, run.Hash));
        Assert.Equal(15, runs[0].Steps[0].Count);
        foreach (var run in runs)
        {
            var expected = runs[0].Steps[0].Select(step => (step.Loss, step.Metrics[0], step.GradientHash, step.Samples)).ToList();
            Assert.All(
                run.Steps.Values, worker => Assert.Equal(expected, worker.Select(step => (step.Loss, step.Metrics[0], step.GradientHash, step.Samples))));
            var evaluation = Assert.Single(run.Evaluations);
            Assert.Equal(
                (31, runs[0].Evaluations.Single().Loss, runs[0].Evaluations.Single().Metrics[0]), (evaluation.Samples, evaluation.Loss, evaluation.Metrics[0]));
            Assert.Equal(runs[0].Evaluations.Single().Classes, evaluation.Classes);
        }

        Assert.Equal(10, runs[0].Steps[0].ElementAt(4).Samples);
    }

    [Fact]
    public async Task Run_EnsureSameWeightsWithEightShardsOnOneThreeFiveAndEightWorkers()
    {
        // 26 = one batch of 24 and one of 2: six shards of the last batch have no sample, and no BatchNorm sees a single one.
        LayerSpec[] layers = [new LayerSpec.Conv2d(3, 3), new LayerSpec.BatchNorm(), new LayerSpec.Relu(), new LayerSpec.Flatten(),
            new LayerSpec.Dropout(), new LayerSpec.Linear(3)];
        var data = TinyRun.Classes(train: 26);
        var spec = TinyRun.Spec(layers, shards: 8, optimizer: new OptimizerSpec.Adam(0.01));
        var hashes = new List<string>();
        foreach (var workers in new[] { 1, 3, 5, 8 })
        {
            hashes.Add((await TinyRun.RunAsync(spec, data, workers)).Hash);
        }

        Assert.Single(hashes.Distinct());
    }

    [Theory]
    [InlineData("images")]
    [InlineData("sequences")]
    public async Task Run_EnsureTheSameWeightsWithEveryLayerOnOneToFourWorkersAndAfterAResume(string of)
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(of == "images" ? TinyRun.EveryLayer : TinyRun.Sequences, shards: 4, optimizer: new OptimizerSpec.Adam(0.01));
        var whole = await TinyRun.RunAsync(spec, data, 1);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2)).Hash);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 4)).Hash);
        var half = await TinyRun.RunAsync(spec, data, 4, until: 7);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2, from: half.Snapshots.Single())).Hash);
        Assert.NotEqual(whole.Hash, (await TinyRun.RunAsync(spec with { Seed = 43 }, data, 1)).Hash);
    }

    /// <summary>Images of 8 x 8 become 1 x 1 on the way; there are more weights than values, and every one of them must be the same.</summary>
    [Theory]
    [InlineData("resnet18")]
    [InlineData("mobilenet_v2")]
    [Trait("Category", "Slow")]
    public async Task Run_OfANetwork_HasTheSameBitsOnOneToFourWorkersAndAfterAResume(string network)
    {
        var data = TinyRun.Classes(train: 48);
        NetworkSpec named = network == "resnet18" ? new NetworkSpec.ResNet(18, 3) : new NetworkSpec.MobileNetV2(3);
        var spec = TinyRun.Spec([], shards: 4) with { Model = ModelSpec.Sequential.Of(named, []), Epochs = 2 };
        var whole = await TinyRun.RunAsync(spec, data, 1);
        Assert.Empty(whole.Failures);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2)).Hash);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 4)).Hash);
        var half = await TinyRun.RunAsync(spec, data, 4, until: 3);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2, from: half.Snapshots.Single())).Hash);
    }

    /// <summary>Categories of a table through an embedding, numbers around it.</summary>
    [Fact]
    public async Task Run_OfIndexedCategoriesAndNumbers_HasTheSameBitsOnOneToFourWorkers()
    {
        var folder = Directory.CreateTempSubdirectory("sheaf-index-");
        try
        {
            var path = Path.Combine(folder.FullName, "rows.csv");
            await File.WriteAllTextAsync(
                path,
                "maker,x,origin,y\n"
                    + string.Concat(Enumerable.Range(0, 60).Select(row => $"m{row % 7},{row * 0.1:0.0},{"abc"[row % 3]},{(row % 7) - (row % 3)}\n")),
                TestContext.Current.CancellationToken);
            var spec = SpecParser.Parse(
                $$$"""
                name: index
                data:
                  train: {format: csv, path: {{{path}}}, features: [maker, origin, x], index: [maker, origin], target: y}
                  transforms: [normalize]
                model:
                  layers:
                    - parallel:
                        - [{columns: {to: 1}}, {embedding: {count: 10, width: 4}}, flatten]
                        - [{columns: {from: 2, to: 2}}]
                    - linear: 8
                    - relu
                    - linear: 1
                loss: mean_squared_error
                optimizer: {adam: {learning_rate: 0.05}}
                batch_size: 12
                epochs: 30
                shards: 4
                """,
                "/").Spec!;
            var data = Sheaf.Training.Data.DataLoader.Load(spec.Data, spec.Seed, null, TestContext.Current.CancellationToken);
            var runs = new List<TinyRun.Outcome>();
            foreach (var workers in new[] { 1, 2, 4 })
            {
                runs.Add(await TinyRun.RunAsync(spec, data, workers));
            }

            Assert.All(runs, run => Assert.Equal(runs[0].Hash, run.Hash));
            Assert.True(runs[0].Steps[0].Last().Loss < runs[0].Steps[0].First().Loss / 10, "The categories say all, and nothing was learned of them.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Run_WithAugmentation_HasTheSameBitsOnOneToFourWorkersAndAfterAResume()
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4);
        spec = spec with
        {
            Data = spec.Data with
            {
                Augmentation = [new AugmentationSpec.RandomCrop(2), new AugmentationSpec.HorizontalFlip(), new AugmentationSpec.VerticalFlip(0.2),
                    new AugmentationSpec.Noise(0.1), new AugmentationSpec.Cutout(3)],
            },
        };
        var whole = await TinyRun.RunAsync(spec, data, 1);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2)).Hash);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 4)).Hash);
        var half = await TinyRun.RunAsync(spec, data, 3, until: 7);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2, from: half.Snapshots.Single())).Hash);
        Assert.NotEqual(whole.Hash, (await TinyRun.RunAsync(spec with { Data = spec.Data with { Augmentation = [] } }, data, 1)).Hash);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 2)]
    [InlineData(3, 1)]
    public async Task Run_EnsureSameWeightsAfterResumeInMidEpochOnOtherWorkers(int before, int after)
    {
        var data = TinyRun.Classes();
        foreach (var optimizer in Optimizers)
        {
            var spec = TinyRun.Spec(TinyRun.Convolutional, shards: 4, optimizer: optimizer);
            var whole = await TinyRun.RunAsync(spec, data, 2);
            var half = await TinyRun.RunAsync(spec, data, before, until: 7);
            Assert.Equal(7, half.Snapshots.Single().Step);
            Assert.Equal((1L, 2L), (half.Snapshots.Single().Sampler!.Epoch, half.Snapshots.Single().Sampler!.StepInEpoch));
            var rest = await TinyRun.RunAsync(spec, data, after, from: half.Snapshots.Single());
            Assert.Equal(whole.Hash, rest.Hash);
            Assert.Equal(8, rest.Steps[0].Count);
        }
    }

    [Fact]
    public async Task Run_EnsureAnotherSeedOrNumberOfShardsGivesOtherWeights()
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Perceptron, shards: 4);
        var first = (await TinyRun.RunAsync(spec, data, 1)).Hash;
        Assert.NotEqual(first, (await TinyRun.RunAsync(spec with { Seed = 43 }, data, 1)).Hash);
        Assert.NotEqual(first, (await TinyRun.RunAsync(spec with { Shards = 3 }, data, 1)).Hash);
    }

    [Fact]
    public async Task Run_EnsureDigestsAreThoseOfTheSampler()
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Perceptron, shards: 4);
        var run = await TinyRun.RunAsync(spec, data, 2);
        var sampler = new Sheaf.Training.Data.StepSampler(spec.Seed, 106, 24, 4);
        foreach (var record in run.Steps.Values.SelectMany(records => records))
        {
            Assert.Equal(spec.Shards, record.SampleDigests.Count);
            for (var shard = 0; shard < spec.Shards; shard++)
            {
                var rows = new int[sampler.ShardSizeAt(record.Step, shard)];
                sampler.RowsAt(record.Step, shard, rows);
                Assert.Equal(Sheaf.Training.Ledger.SampleDigest.Of(record.Step, shard, rows), record.SampleDigests[shard]);
            }
        }
    }
}
