using Sheaf.Specs.Schema;
using Sheaf.Specs.Sources;

namespace Sheaf.Specs;

public abstract partial record SourceSpec
{
    /// <summary>
    /// The binary version of CIFAR-10 (https://www.cs.toronto.edu/~kriz/cifar.html): records of one byte of label, 0 to 9, and 3,072 bytes of an image, 32 x
    /// 32, its red plane first, then green, then blue.
    /// </summary>
    public sealed record Cifar10(IReadOnlyList<string> Paths) : SourceSpec
    {
        private static readonly SpecField<IReadOnlyList<string>> PathsField = SpecField<IReadOnlyList<string>>.Required(
            "path",
            new ListType<string>(new PathType(remote: true), 1, single: true, distinct: true),
            "The files of CIFAR-10's binary version, in this order.",
            "[data_batch_1.bin, data_batch_2.bin]");

        public override IReadOnlyList<string> Files => Paths;

        internal static Tagged<SourceSpec> InSpec { get; } = new Tagged<SourceSpec, Cifar10>(
            "cifar10",
            "Colour images of 32 x 32 and their labels in the binary format of CIFAR-10.",
            new Section<Cifar10>(
                [PathsField, SourceFields.Rows, SourceFields.Share, SourceFields.ClassNames, SourceFields.Sha256],
                v => new(v.Get(PathsField))
                {
                    Rows = v.Maybe(SourceFields.Rows),
                    Share = v.Maybe(SourceFields.Share),
                    ClassNames = v.Get(SourceFields.ClassNames),
                    Sha256 = v.Get(SourceFields.Sha256),
                }));
    }
}
