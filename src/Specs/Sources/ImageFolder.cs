using Sheaf.Specs.Schema;
using Sheaf.Specs.Sources;

namespace Sheaf.Specs;

public abstract partial record SourceSpec
{
    /// <summary>A folder with a folder of pictures for each class, as torchvision.datasets.ImageFolder reads it.</summary>
    public sealed record ImageFolder(string Path, int Height, int Width, int Channels, ImageFit Fit) : SourceSpec
    {
        private static readonly SpecField<string> PathField = SpecField<string>.Required(
            "path", new PathType(), "A folder with a folder for each class, in the order of their names, and pictures (PNG, JPEG, BMP, WebP, GIF) in "
                + "each.", "pictures/train");

        private static readonly SpecField<int> HeightField = SpecField<int>.Required("height", new CountType(1, 4096), "Pixels that every picture gets.", "32");

        private static readonly SpecField<int> WidthField = SpecField<int>.Required("width", new CountType(1, 4096), "Pixels that every picture gets.", "32");

        private static readonly SpecField<int> ChannelsField = SpecField<int>.WithDefault(
            "channels", new ColoursType(), 3, "3: red, green and blue; 1: grey, as Pillow's convert(\"L\") makes it.", "1");

        private static readonly SpecField<ImageFit> FitField = SpecField<ImageFit>.WithDefault(
            "fit",
            new EnumType<ImageFit>(),
            ImageFit.Stretch,
            "What becomes of pictures of another size: resized, resized and cut evenly, or refused.",
            "crop");

        public override IReadOnlyList<string> Files => [Path];

        internal static Tagged<SourceSpec> InSpec { get; } = new Tagged<SourceSpec, ImageFolder>(
            "image_folder",
            "Pictures in a folder for each class.",
            new Section<ImageFolder>(
                [PathField, HeightField, WidthField, ChannelsField, FitField, SourceFields.Rows, SourceFields.Share],
                v => new(v.Get(PathField), v.Get(HeightField), v.Get(WidthField), v.Get(ChannelsField),
                    v.Get(FitField))
                { Rows = v.Maybe(SourceFields.Rows), Share = v.Maybe(SourceFields.Share) }));
    }
}
