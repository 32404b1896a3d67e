using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>The chance changes of training rows that a spec can name.</summary>
internal static class AugmentationSection
{
    private static readonly ChoiceType<AugmentationSpec> Type = new(
        "augmentation",
        [
            AugmentationSpec.RandomCrop.InSpec,
            AugmentationSpec.HorizontalFlip.InSpec,
            AugmentationSpec.VerticalFlip.InSpec,
            AugmentationSpec.Noise.InSpec,
            AugmentationSpec.Cutout.InSpec,
            AugmentationSpec.Rotation.InSpec,
            AugmentationSpec.ColourJitter.InSpec,
            AugmentationSpec.Mixup.InSpec,
        ])
    {
        Reserved = ["cutmix", "assembly"],
    };

    public static SpecField<IReadOnlyList<AugmentationSpec>> Field { get; } = SpecField<IReadOnlyList<AugmentationSpec>>.WithDefault(
        "augmentation",
        new ListType<AugmentationSpec>(Type, 0),
        [],
        "Chance changes of the training rows, after the transforms and in this order, drawn anew at each step from seed, step and sample alone. Validation and "
            + "test rows stay as they are.",
        "[horizontal_flip, {random_crop: 2}]");

    /// <summary>What mixes rows mixes what the others have made, and losses whose weights are those of the samples.</summary>
    private static void Mixing(SpecReading reading)
    {
        var items = Combinations.Indices(reading, "data.augmentation").ToList();
        foreach (var item in items.Where(each => reading.TryGet<AugmentationSpec>(each, out var augmentation) && augmentation is AugmentationSpec.Mixup))
        {
            if (item != items[^1])
            {
                reading.Reject(item, "mixup mixes what the other changes have made of two rows; put it last, and once");
            }

            if (reading.TryGet<LossSpec>("loss", out var loss) && loss.ClassWeights is not null)
            {
                reading.Reject(
                    item, "mixup gives a row two classes, and with class_weights its weight in the mean would be neither's; remove one of the two");
            }
        }
    }

    /// <summary>What needs images on a table.</summary>
    public static void Check(SpecReading reading)
    {
        Mixing(reading);
        if (!reading.TryGet<string>("data.train.format", out var format) || format is not ("csv" or "parquet" or "text"))
        {
            return;
        }

        foreach (var item in Combinations.Indices(reading, "data.augmentation"))
        {
            if (!reading.TryGet<AugmentationSpec>(item, out var augmentation))
            {
                continue;
            }

            if (format == "text")
            {
                reading.Reject(item, $"{Type.Show(augmentation)} changes numbers, and the rows of a text are places in a vocabulary; remove it");
            }
            else if (augmentation.NeedsImages)
            {
                reading.Reject(item, $"{Type.Show(augmentation)} needs images, and CSV rows are vectors; allowed: noise, mixup");
            }
        }
    }
}
