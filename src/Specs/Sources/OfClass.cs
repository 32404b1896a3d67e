using Sheaf.Specs.Schema;
using Sheaf.Specs.Sources;
using Sheaf.Specs.UserCode;

namespace Sheaf.Specs;

public abstract partial record SourceSpec
{
    /// <summary>Rows that a class of the user's own gives.</summary>
    /// <param name="Class">Implements the SDK's IDataset.</param>
    /// <param name="Named">The files that it reads, by the name of the constructor's parameter that gets the path.</param>
    public sealed record OfClass(UserClass Class, IReadOnlyDictionary<string, string> Named) : SourceSpec
    {
        private static readonly SpecField<IReadOnlyDictionary<string, string>> FilesField = SpecField<IReadOnlyDictionary<string, string>>.WithDefault(
            "files",
            new PathMapType(),
            new Dictionary<string, string>(),
            "none",
            "The files that the class reads, by the name of the constructor's parameter that gets the path; each is known by its SHA-256.",
            "{book: data/book.txt}");

        public override IReadOnlyList<string> Files { get; } = [.. Named.Values.Distinct(StringComparer.Ordinal)];

        internal static Tagged<SourceSpec> InSpec { get; } = new Tagged<SourceSpec, OfClass>(
            "class",
            "Rows that a C# class of your own gives, from files of any kind or none.",
            new Section<OfClass>(
                [UserClassFields.Project, UserClassFields.Type, UserClassFields.Arguments, FilesField, SourceFields.ClassNames, UserClassFields.Package],
                v => new(UserClassFields.Of(v), v.Get(FilesField)) { ClassNames = v.Get(SourceFields.ClassNames) }));
    }
}
