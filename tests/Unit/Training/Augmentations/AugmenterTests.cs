using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Augmentations;

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
