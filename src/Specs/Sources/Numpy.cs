using Sheaf.Specs.Schema;
using Sheaf.Specs.Sources;

namespace Sheaf.Specs;

public abstract partial record SourceSpec
{
    /// <summary>
    /// Arrays that NumPy has saved (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): features [n, ...], targets [n] or [n, targets].
    /// </summary>
    public sealed record Numpy(string Features, string Target) : SourceSpec
    {
        /// <summary>What stands between an archive and the name of an array in it.</summary>
        public const char InArchive = '#';

        private static readonly SpecField<string> FeaturesField = SpecField<string>.Required(
            "features", new PathType(remote: true),
            "The array [n, columns], [n, h, w] or [n, channels, h, w]: a .npy file, or data.npz#x for the array x of an "
                + "archive.", "x.npy");

        private static readonly SpecField<string> TargetField = SpecField<string>.Required(
            "target", new PathType(remote: true), "The array [n] of classes or numbers, or [n, targets] of numbers, written as features is.", "y.npy");

        public override IReadOnlyList<string> Files { get; } = [.. new[] { FileOf(Features), FileOf(Target) }.Distinct(StringComparer.Ordinal)];

        internal static Tagged<SourceSpec> InSpec { get; } = new Tagged<SourceSpec, Numpy>(
            "numpy",
            "Arrays that NumPy has saved, as .npy or .npz.",
            new Section<Numpy>(
                [FeaturesField, TargetField, SourceFields.Rows, SourceFields.Share, SourceFields.ClassNames, SourceFields.Sha256],
                v => new(v.Get(FeaturesField), v.Get(TargetField))
                {
                    Rows = v.Maybe(SourceFields.Rows),
                    Share = v.Maybe(SourceFields.Share),
                    ClassNames = v.Get(SourceFields.ClassNames),
                    Sha256 = v.Get(SourceFields.Sha256),
                }));

        /// <summary>The file of an array, without the array's name.</summary>
        public static string FileOf(string array) => array.LastIndexOf(InArchive) is > 0 and var at && array[..at].EndsWith(".npz",
            StringComparison.Ordinal) ? array[..at] : array;

        /// <summary>The array's name in an archive; <c>null</c> where the file is the array.</summary>
        public static string? NameOf(string array) => FileOf(array) is { } file && file.Length < array.Length ? array[(file.Length + 1)..] : null;
    }
}
