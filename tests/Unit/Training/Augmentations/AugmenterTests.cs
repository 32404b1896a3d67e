using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Augmentations;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Training.Augmentations;

public class AugmenterTests
{
    private static readonly int[] Shape = [2, 4, 3];

    /// <summary>No value twice, none zero.</summary>
    private static readonly float[] Image = [.. Enumerable.Range(1, 24).Select(value => (float)value)];

    [Fact]
    public void Apply_DependsOnSeedStepAndSampleAlone()
    {
        var spec = Spec(new AugmentationSpec.RandomCrop(2), new AugmentationSpec.Noise(0.1));
        var augmenter = Augmenter.Of(spec, Shape)!;
        var together = Run(augmenter, 5, 7, 8, 9);

        Assert.Equal(together[24..48], Run(augmenter, 5, 8));
        Assert.Equal(together[24..48], Run(Augmenter.Of(spec, Shape)!, 5, 8));
        Assert.NotEqual(together[24..48], Run(augmenter, 6, 8));
        Assert.NotEqual(together[..24], together[24..48]);
        Assert.NotEqual(Run(augmenter, 5, 8), Run(augmenter, 5, 8 + (1 << 24)));
        Assert.NotEqual(together[24..48], Run(Augmenter.Of(spec with { Seed = 1 }, Shape)!, 5, 8));
    }

    [Fact]
    public void RandomCrop_MovesBothChannelsByUpToItsPadding()
    {
        var seen = new HashSet<(int, int)>();
        foreach (var image in Images(new AugmentationSpec.RandomCrop(2), 400))
        {
            var moves = from down in Enumerable.Range(-2, 5)
                        from right in Enumerable.Range(-2, 5)
                        where image.SequenceEqual(Moved(down, right))
                        select (down, right);
            seen.Add(Assert.Single(moves));
        }

        Assert.Equal(25, seen.Count);
    }

    [Fact]
    public void RandomCrop_BeyondTheImage_LeavesNothing()
    {
        var images = Images(new AugmentationSpec.RandomCrop(9), 100);

        Assert.Contains(images, image => image.All(value => value == 0));
        Assert.All(images, image => Assert.Subset(Image.Append(0).ToHashSet(), image.ToHashSet()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Flips_MirrorAboutAsOftenAsTheySay(bool horizontal)
    {
        AugmentationSpec flip = horizontal ? new AugmentationSpec.HorizontalFlip(0.3) : new AugmentationSpec.VerticalFlip(0.3);
        var mirrored = Enumerable.Range(0, 24).Select(place => (place / 12, place / 3 % 4, place % 3))
            .Select(at => Image[(at.Item1 * 12) + ((horizontal ? at.Item2 : 3 - at.Item2) * 3) + (horizontal ? 2 - at.Item3 : at.Item3)]).ToArray();
        var images = Images(flip, 1000);

        Assert.InRange(images.Count(image => image.SequenceEqual(mirrored)), 250, 350);
        Assert.All(images, image => Assert.True(image.SequenceEqual(mirrored) || image.SequenceEqual(Image)));
        Assert.All(
            Images(horizontal ? new AugmentationSpec.HorizontalFlip(1) : new AugmentationSpec.VerticalFlip(1), 20), image => Assert.Equal(mirrored, image));
    }

    [Fact]
    public void Noise_HasItsDeviation()
    {
        var differences = Images(new AugmentationSpec.Noise(0.5), 2000).SelectMany(image => image.Zip(Image, (one, other) => (double)one - other)).ToArray();

        Assert.Equal(0, differences.Average(), 0.01);
        Assert.Equal(0.5, Math.Sqrt(differences.Average(each => each * each)), 0.01);
    }

    [Fact]
    public void Cutout_SetsOneSquareOfAllChannelsToZero()
    {
        var sizes = new HashSet<int>();
        foreach (var image in Images(new AugmentationSpec.Cutout(2), 300))
        {
            var holes = Enumerable.Range(0, 24).Where(place => image[place] == 0).ToArray();
            Assert.Equal(holes.Where(place => place < 12), holes.Where(place => place >= 12).Select(place => place - 12));
            Assert.All(Enumerable.Range(0, 24).Except(holes), place => Assert.Equal(Image[place], image[place]));
            sizes.Add(holes.Length / 2);
        }

        // Whole in the middle, cut off at the edges and in the corner.
        Assert.Equal([1, 2, 4], sizes.Order());
    }

    [Fact]
    public void Rotation_TurnsAboutTheCentre()
    {
        var square = Enumerable.Range(1, 18).Select(value => (float)value).ToArray();
        float[] Turned(double degrees)
        {
            var image = square.ToArray();
            new Rotation(new(180), [2, 3, 3]).Turn(image, degrees);
            return image;
        }

        Assert.Equal(square, Turned(0));
        Assert.Equal([3f, 6, 9, 2, 5, 8, 1, 4, 7], Turned(90)[..9], (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Equal(square.Take(9).Reverse(), Turned(180)[..9], (one, other) => Math.Abs(one - other) < 1e-5);

        // By an eighth: the corners come from outside, and a side's middle from between a corner and the outside.
        var eighth = Turned(45);
        Assert.Equal(5, eighth[4], 1e-5);
        Assert.Equal((2 - Math.Sqrt(2)) * 2, eighth[0], 1e-5);
        Assert.Equal(14, eighth[13], 1e-5);
    }

    [Fact]
    public void Rotation_IsUpToItsAngleInBothDirections()
    {
        // A single bright pixel right of the centre: where it is afterwards says the angle's sign.
        var image = new float[21 * 21];
        image[(10 * 21) + 20] = 1;
        var spec = Spec(new AugmentationSpec.Rotation(20));
        var augmenter = Augmenter.Of(spec, [1, 21, 21])!;
        var heights = new List<double>();
        for (var id = 0; id < 300; id++)
        {
            var turned = image.ToArray();
            augmenter.Apply(1, [id], turned);
            var light = turned.Select((value, place) => (value, Row: (place / 21) - 10.0)).ToList();
            heights.Add(light.Sum(each => each.value * each.Row) / light.Sum(each => each.value));
        }

        // Ten times the sine of 20 degrees is 3.4.
        Assert.InRange(heights.Max(), 3, 3.6);
        Assert.InRange(heights.Min(), -3.6, -3);
        Assert.InRange(heights.Average(), -0.4, 0.4);
    }

    [Fact]
    public void ColourJitter_BlendsAsTorchvisionDoesWhateverTheTransforms()
    {
        // Two pixels, red, green and blue, as bytes over 255; scaled to (v - 0.5) / 0.25.
        float[] pixels = [0.2f, 0.8f, 0.4f, 0.1f, 0.6f, 0.9f];
        var grey = new[] { 0, 1 }.Select(place => (0.299 * pixels[place]) + (0.587 * pixels[2 + place]) + (0.114 * pixels[4 + place])).ToArray();
        PixelRange[] range = [.. Enumerable.Repeat(new PixelRange(-2, 2), 3)];
        double[] Changed(float brightness, float contrast, float saturation)
        {
            var sample = pixels.Select(pixel => (pixel - 0.5f) / 0.25f).ToArray();
            new ColourJitter(new(), [3, 1, 2], range).Change(sample, brightness, contrast, saturation);
            return [.. sample.Select(value => (value * 0.25) + 0.5)];
        }

        static bool Near(double one, double other) => Math.Abs(one - other) < 1e-5;
        Assert.Equal(pixels.Select(pixel => (double)pixel), Changed(1, 1, 1), Near);
        Assert.Equal(pixels.Select(pixel => Math.Min(1, pixel * 1.5)), Changed(1.5f, 1, 1), Near);
        Assert.Equal(pixels.Select(pixel => (0.5 * pixel) + (0.5 * grey.Average())), Changed(1, 0.5f, 1), Near);
        Assert.Equal(pixels.Select((pixel, place) => (0.5 * pixel) + (0.5 * grey[place % 2])), Changed(1, 1, 0.5f), Near);
        Assert.Equal(pixels.Select((pixel, place) => Math.Clamp((2 * pixel) - grey[place % 2], 0, 1)), Changed(1, 1, 2), Near);
    }

    [Fact]
    public void ColourJitter_DrawsItsFactorsFromTheirRange()
    {
        var factors = Images(new AugmentationSpec.ColourJitter(Brightness: 0.3), 1000).Select(image => image[0] / Image[0]).ToArray();

        Assert.InRange(factors.Min(), 0.7, 0.71);
        Assert.InRange(factors.Max(), 1.29, 1.3);
        Assert.Equal(1, factors.Average(), 0.02);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(8)]
    public void Mixup_SharesAreOfABetaDistributionAndPartnersOfAllRows(double alpha)
    {
        var mixup = new Mixup(7, alpha, 50);
        var shares = Enumerable.Range(0, 20_000).Select(step => (double)mixup.ShareAt(step)).ToArray();

        Assert.Equal(0.5, shares.Average(), 0.02);
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), shares.Average(share => (share - 0.5) * (share - 0.5)), 0.004);
        Assert.Equal(50, Enumerable.Range(0, 1000).Select(id => mixup.PartnerOf(3, id)).Distinct().Count());
        Assert.Equal(mixup.PartnerOf(3, 8), new Mixup(7, alpha, 50).PartnerOf(3, 8));
        Assert.NotEqual(
            Enumerable.Range(0, 20).Select(id => mixup.PartnerOf(3, id)), Enumerable.Range(0, 20).Select(id => mixup.PartnerOf(4, id)));
    }

    [Fact]
    public async Task Run_EveryChangeHasTheSameBitsOnOneToFourWorkersAndThroughAResume()
    {
        var data = TinyRun.Classes();
        var spec = TinyRun.Spec(TinyRun.Convolutional, 4);
        spec = spec with
        {
            Data = spec.Data with
            {
                Augmentation = [new AugmentationSpec.Rotation(30), new AugmentationSpec.ColourJitter(0.2, 0.2, 0.2), new AugmentationSpec.Mixup(0.4)],
            },
        };
        var whole = await TinyRun.RunAsync(spec, data, 1);
        Assert.All(whole.Ended, reason => Assert.Null(reason));
        Assert.NotEqual(whole.Hash,
            (await TinyRun.RunAsync(spec with { Data = spec.Data with { Augmentation = spec.Data.Augmentation.Take(2).ToList() } }, data, 1)).Hash);
        foreach (var workers in new[] { 2, 4 })
        {
            Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, workers)).Hash);
        }

        var half = await TinyRun.RunAsync(spec, data, 4, until: 6);
        Assert.Equal(whole.Hash, (await TinyRun.RunAsync(spec, data, 2, from: half.Snapshots.Single())).Hash);
    }

    [Fact]
    public async Task Mixup_HasTheLossOfBothTargetsAtTheMixture()
    {
        // One row of each of two classes and a model without weights' say: the loss of a batch is a mean over both targets.
        var data = TinyRun.Bundle(new TableRows([2], new float[] { 1, 0, 0, 1 }, new float[] { 0, 1 }, new[] { 0, 1 }, null, 2));
        var spec = TinyRun.Spec([new LayerSpec.Linear(2, Bias: false)], 1, 2, new OptimizerSpec.Sgd(0.1)) with { Epochs = 1, Metrics = [] };
        spec = spec with { Data = spec.Data with { Augmentation = [new AugmentationSpec.Mixup(1)] } };
        var run = await TinyRun.RunAsync(spec, data, 1, until: 1);
        var first = (await TinyRun.RunAsync(spec, data, 1, until: 0)).Snapshots.Single().Weights.Single();
        var weights = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(first.Data.Span).ToArray();
        var mixup = new Mixup(spec.Seed, 1, 2);
        var share = mixup.ShareAt(0);
        var expected = 0.0;
        for (var id = 0; id < 2; id++)
        {
            var partner = mixup.PartnerOf(0, id);
            var input = new[] { 0, 1 }.Select(column => (share * (column == id ? 1 : 0)) + ((1 - share) * (column == partner ? 1 : 0))).ToArray();
            var scores = new[] { 0, 1 }.Select(output => (weights[output * 2] * input[0]) + (weights[(output * 2) + 1] * input[1])).ToArray();
            double Loss(int target) => Math.Log(Math.Exp(scores[0]) + Math.Exp(scores[1])) - scores[target];
            expected += ((share * Loss(id)) + ((1 - share) * Loss(partner))) / 2;
        }

        Assert.Equal(expected, run.Steps[0].Single().Loss, 1e-5);
    }

    [Fact]
    public void Nothing_IsNoAugmenter() => Assert.Null(Augmenter.Of(Spec(), Shape));

    private static ExperimentSpec Spec(params AugmentationSpec[] changes)
    {
        var spec = TinyRun.Spec(TinyRun.Perceptron, 1);
        return spec with { Data = spec.Data with { Augmentation = changes } };
    }

    private static float[] Run(Augmenter augmenter, long step, params int[] ids)
    {
        var features = ids.SelectMany(_ => Image).ToArray();
        augmenter.Apply(step, ids, features);
        return features;
    }

    private static float[][] Images(AugmentationSpec change, int count) =>
        [.. Run(Augmenter.Of(Spec(change), Shape)!, 3, [.. Enumerable.Range(0, count)]).Chunk(24)];

    private static float[] Moved(int down, int right) => [.. Enumerable.Range(0, 24).Select(place =>
    {
        var (plane, row, column) = (place / 12, (place / 3 % 4) - down, (place % 3) - right);
        return row is >= 0 and < 4 && column is >= 0 and < 3 ? Image[(plane * 12) + (row * 3) + column] : 0;
    })];
}
