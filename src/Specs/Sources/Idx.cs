using Sheaf.Specs.Schema;
using Sheaf.Specs.Sources;

namespace Sheaf.Specs;

public abstract partial record SourceSpec
{
    /// <summary>The IDX format of MNIST (a .gz is read as well): images of unsigned bytes [n, h, w] or [n, c, h, w], labels [n].</summary>
    public sealed record Idx(string Images, string Labels) : SourceSpec
    {
        private static readonly SpecField<string> ImagesField = SpecField<string>.Required(
            "images", new PathType(remote: true), "The IDX file of unsigned bytes [n, h, w] or [n, c, h, w]; .gz is read as well.",
            "train-images-idx3-ubyte.gz");

        private static readonly SpecField<string> LabelsField = SpecField<string>.Required(
            "labels", new PathType(remote: true), "The IDX file of labels [n], classes 0 to n-1; .gz is read as well.", "train-labels-idx1-ubyte.gz");

        public override IReadOnlyList<string> Files => [Images, Labels];

        internal static Tagged<SourceSpec> InSpec { get; } = new Tagged<SourceSpec, Idx>(
            "idx",
            "Images and labels in the format of MNIST.",
            new Section<Idx>(
                [ImagesField, LabelsField, SourceFields.Rows, SourceFields.Share, SourceFields.ClassNames, SourceFields.Sha256],
                v => new(v.Get(ImagesField), v.Get(LabelsField))
                {
                    Rows = v.Maybe(SourceFields.Rows),
                    Share = v.Maybe(SourceFields.Share),
                    ClassNames = v.Get(SourceFields.ClassNames),
                    Sha256 = v.Get(SourceFields.Sha256),
                }));
    }
}
