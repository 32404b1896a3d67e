using System.Text.RegularExpressions;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs.UserCode;

/// <summary>The keys of everything that can be a class of the user's own.</summary>
internal static partial class UserClassFields
{
    private const string Example = "my-model/MyModel.csproj";

    public static SpecField<string> Project { get; } = SpecField<string>.Required(
        "project", new PathType(), "The C# project that the class is in; the CLI builds it and sends it to the server.", Example);

    /// <summary>Where the class is one of two possibilities.</summary>
    public static SpecField<string> MaybeProject { get; } = SpecField<string>.Optional(
        "project", new PathType(), "none", "In place of layers: the C# project that the model's class is in; the CLI builds it and sends it to the "
            + "server.", Example);

    public static SpecField<string> Type { get; } = SpecField<string>.Required(
        "type", new TextType(TypeName(), "a class with its namespace, such as MyModel.Net"), "The class, with its namespace.", "MyModel.Net");

    /// <inheritdoc cref="MaybeProject"/>
    public static SpecField<string> MaybeType { get; } = SpecField<string>.Optional(
        "type", new TextType(TypeName(), "a class with its namespace, such as MyModel.Net"), "none", "With project: the class, with its namespace.",
            "MyModel.Net");

    public static SpecField<IReadOnlyDictionary<string, IReadOnlyList<string>>> Arguments { get; } =
        SpecField<IReadOnlyDictionary<string, IReadOnlyList<string>>>.WithDefault(
            "arguments",
            new ArgumentsType(),
            new Dictionary<string, IReadOnlyList<string>>(),
            "none",
            "Values for the parameters of the class's constructor, by name.",
            "{hidden: 128}");

    public static SpecField<string> Package { get; } = SpecField<string>.Optional(
        "package",
        new TextType(Hash(), "64 hexadecimal digits in lower case"),
        "filled in by the CLI",
        "The SHA-256 of what the project was built to; whoever submits without the CLI uploads the package first.",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");

    /// <summary>The class that these keys say.</summary>
    public static UserClass Of(SectionValues values) => new()
    {
        Project = values.Get(Project),
        Type = values.Get(Type),
        Arguments = values.Get(Arguments),
        Package = values.Maybe(Package),
    };

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*([.+][A-Za-z_][A-Za-z0-9_]*)*\z")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Hash();
}
