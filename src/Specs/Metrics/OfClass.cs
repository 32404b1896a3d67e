using System.Text.RegularExpressions;
using Sheaf.Specs.Schema;
using Sheaf.Specs.UserCode;

namespace Sheaf.Specs;

public abstract partial record MetricSpec
{
    /// <summary>A metric that the user wrote in C#.</summary>
    /// <param name="Class">Implements the SDK's IMetric.</param>
    public sealed partial record OfClass(UserClass Class, string Name, bool HigherIsBetter) : MetricSpec
    {
        private static readonly SpecField<string> NameField = SpecField<string>.Required(
            "name", new TextType(NamePattern(), "1 to 63 characters of a-z, 0-9 and _, the first a letter"), "What results call it.", "bits_per_character");

        private static readonly SpecField<bool> HigherField = SpecField<bool>.WithDefault(
            "higher_is_better", new BooleanType(), true, "Whether a larger value is a better one.", "false");

        public override string Name { get; } = Name;

        public override bool HigherIsBetter { get; } = HigherIsBetter;

        public override bool Judges(PredictionKind predictions) => true;

        internal static Alternative<MetricSpec> InSpec { get; } = new Alternative<MetricSpec, OfClass>(
            "class",
            "A metric of your own, written in C#.",
            "{class: {project: my-model/MyModel.csproj, type: MyModel.BitsPerCharacter, name: bits_per_character, higher_is_better: false}}",
            new Section<OfClass>(
                [UserClassFields.Project, UserClassFields.Type, UserClassFields.Arguments, NameField, HigherField, UserClassFields.Package],
                v => new(UserClassFields.Of(v), v.Get(NameField), v.Get(HigherField))));

        [GeneratedRegex(@"^[a-z][a-z0-9_]{0,62}\z")]
        private static partial Regex NamePattern();
    }
}
