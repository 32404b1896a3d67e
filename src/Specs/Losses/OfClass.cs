using Sheaf.Specs.Schema;
using Sheaf.Specs.UserCode;

namespace Sheaf.Specs;

public abstract partial record LossSpec
{
    /// <summary>A loss that the user wrote in C#.</summary>
    /// <param name="Class">Implements the SDK's ILoss.</param>
    /// <param name="Predicts">What the user says that the model's outputs are.</param>
    public sealed record OfClass(UserClass Class, PredictionKind Predicts) : LossSpec
    {
        private static readonly SpecField<PredictionKind> PredictsField = SpecField<PredictionKind>.WithDefault(
            "predicts",
            new EnumType<PredictionKind>(),
            PredictionKind.Other,
            "What the model's outputs are, so that Sheaf's own metrics can judge them: a score for each class, one for yes or no, or numbers.",
            "class");

        public override PredictionKind Predicts { get; } = Predicts;

        internal static Alternative<LossSpec> InSpec { get; } = new Alternative<LossSpec, OfClass>(
            "class",
            "A loss of your own, written in C#.",
            "{class: {project: my-model/MyModel.csproj, type: MyModel.FocalLoss, predicts: class}}",
            new Section<OfClass>(
                [UserClassFields.Project, UserClassFields.Type, UserClassFields.Arguments, PredictsField, UserClassFields.Package],
                v => new(UserClassFields.Of(v), v.Get(PredictsField))));
    }
}
