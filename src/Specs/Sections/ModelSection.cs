using Sheaf.Specs.Schema;
using Sheaf.Specs.UserCode;

namespace Sheaf.Specs.Sections;

internal static class ModelSection
{
    private static readonly SpecField<IReadOnlyList<LayerSpec>> Layers = SpecField<IReadOnlyList<LayerSpec>>.Optional(
        "layers",
        new ListType<LayerSpec>(LayerSection.Type, 1),
        "none, with project and type",
        "The layers, one after the other; input sizes are inferred.",
        "[flatten, {linear: 10}]");

    public static Section<ModelSpec> Type { get; } = new(
        [Layers, UserClassFields.MaybeProject, UserClassFields.MaybeType, UserClassFields.Arguments, UserClassFields.Package], Build)
    {
        Reserved = ["assembly", "pretrained", "weights", "freeze", "initialisation", "initialization"],
    };

    /// <summary>A model is layers, or a class.</summary>
    public static void Check(SpecReading reading)
    {
        if (!reading.TryGet<ModelSpec>("model", out _))
        {
            return;
        }

        var (layers, project, type) = (reading.Has("model.layers"), reading.Has("model.project"), reading.Has("model.type"));
        if (layers && (project || type))
        {
            reading.Reject("model.layers", "a model is layers, or a class of your own (project and type); remove one of them");
        }
        else if (project != type)
        {
            reading.Reject("model", project
                ? "the key \"type\" is missing: the class in the project, with its namespace. For example type: MyModel.Net"
                : "the key \"project\" is missing: the C# project that the class is in. For example project: my-model/MyModel.csproj");
        }
        else if (!layers && !project)
        {
            reading.Reject("model", $"the key \"layers\" is missing: {Layers.Meaning} For example layers: {Layers.Example}");
        }
        else if (layers && (reading.Has("model.arguments") || reading.Has("model.package")))
        {
            reading.Reject(
                reading.Has("model.arguments") ? "model.arguments" : "model.package", "belongs to a class of your own (project and type); remove it, or the layers");
        }
    }

    private static ModelSpec Build(SectionValues values) =>
        values.Maybe(UserClassFields.MaybeProject) is { } project && values.Maybe(UserClassFields.MaybeType) is { } type
            ? new ModelSpec.OfClass(new()
            {
                Project = project,
                Type = type,
                Arguments = values.Get(UserClassFields.Arguments),
                Package = values.Maybe(UserClassFields.Package),
            })
            : new ModelSpec.Sequential(values.Maybe(Layers) ?? []);
}
