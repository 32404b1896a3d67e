using Sheaf.Specs.Schema;
using Sheaf.Specs.UserCode;

namespace Sheaf.Specs.Sections;

internal static class ModelSection
{
    private static readonly SpecField<IReadOnlyList<LayerSpec>> Layers = SpecField<IReadOnlyList<LayerSpec>>.Optional(
        "layers",
        new ListType<LayerSpec>(LayerSection.Type, 1),
        "none, with a network or a model of your own",
        "The layers, one after the other; input sizes are inferred. With network: those behind it.",
        "[flatten, {linear: 10}]");

    private static readonly SpecField<NetworkSpec> Network = SpecField<NetworkSpec>.Optional(
        "network",
        NetworkSection.Type,
        "none",
        "In place of layers, or before them: a network for images with torchvision's layers, names and first weights; its first layer takes as many "
            + "channels as the images have.",
        "{resnet18: {classes: 10}}");

    private static readonly SpecField<string> TorchScript = SpecField<string>.Optional(
        "torchscript", new PathType(), "none", "In place of layers: a model that Python saved with torch.jit.save; the CLI sends it to the server.", "net.pt");

    public static Section<ModelSpec> Type { get; } = new(
        [Layers, Network, UserClassFields.MaybeProject, UserClassFields.MaybeType, UserClassFields.Arguments, TorchScript, UserClassFields.Package], Build)
    {
        Reserved = ["assembly", "pretrained"],
    };

    /// <summary>A model is layers, or a class.</summary>
    public static void Check(SpecReading reading)
    {
        if (!reading.TryGet<ModelSpec>("model", out _))
        {
            return;
        }

        var layers = reading.Has("model.layers") || reading.Has("model.network");
        var (project, type, script) = (reading.Has("model.project"), reading.Has("model.type"), reading.Has("model.torchscript"));
        if ((layers ? 1 : 0) + (project || type ? 1 : 0) + (script ? 1 : 0) > 1)
        {
            reading.Reject(
                !layers ? "model.torchscript" : reading.Has("model.layers") ? "model.layers" : "model.network",
                "a model is layers, or a class of your own (project and type), or a file of TorchScript (torchscript), or a network with or without "
                    + "layers behind it; keep one of them");
        }
        else if (project != type)
        {
            reading.Reject("model", project
                ? "the key \"type\" is missing: the class in the project, with its namespace. For example type: MyModel.Net"
                : "the key \"project\" is missing: the C# project that the class is in. For example project: my-model/MyModel.csproj");
        }
        else if (!layers && !project && !script)
        {
            reading.Reject("model", $"the key \"layers\" is missing: {Layers.Meaning} For example layers: {Layers.Example}");
        }
        else if (!layers && reading.Has("initialisation"))
        {
            reading.Reject("initialisation", "draws the weights of layers, and a model of your own draws its weights itself; remove it");
        }
        else if (!project && reading.Has("model.arguments"))
        {
            reading.Reject("model.arguments", "belongs to a class of your own (project and type); remove it");
        }
        else if (layers && reading.Has("model.package"))
        {
            reading.Reject("model.package", "belongs to a model of your own (project and type, or torchscript); remove it");
        }
    }

    private static ModelSpec Build(SectionValues values) =>
        values.Maybe(TorchScript) is { } script ? new ModelSpec.TorchScript(script, values.Maybe(UserClassFields.Package))
        : values.Maybe(UserClassFields.MaybeProject) is { } project && values.Maybe(UserClassFields.MaybeType) is { } type
            ? new ModelSpec.OfClass(new()
            {
                Project = project,
                Type = type,
                Arguments = values.Get(UserClassFields.Arguments),
                Package = values.Maybe(UserClassFields.Package),
            })
            : values.Maybe(Network) is { } network ? ModelSpec.Sequential.Of(network, values.Maybe(Layers) ?? [])
            : new ModelSpec.Sequential(values.Maybe(Layers) ?? []);
}
