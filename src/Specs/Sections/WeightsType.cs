using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

/// <summary><c>body.safetensors</c>, or <c>{file: body.safetensors, except: ["6.*"]}</c>.</summary>
internal sealed class WeightsType : SpecType<WeightsSpec>
{
    private static readonly PathType Path = new(remote: true);

    private static readonly SpecField<string> File = SpecField<string>.Required(
        "file", Path, "A .safetensors file, a .pt file that torch.save wrote of a state_dict, or the folder of a checkpoint.", "body.safetensors");

    private static readonly SpecField<IReadOnlyList<string>> Except = SpecField<IReadOnlyList<string>>.WithDefault(
        "except",
        new ListType<string>(new TextType(), 0, single: true, distinct: true),
        [],
        "Parameters of the model that are drawn anew all the same: names, in which * stands for anything.",
        "[\"6.*\"]");

    private static readonly SpecField<IReadOnlyDictionary<string, string>> Rename = SpecField<IReadOnlyDictionary<string, string>>.WithDefault(
        "rename",
        new TextMapType(),
        new Dictionary<string, string>(),
        "What the file calls a part, and what this model does: its layers are called 0, 1, 2, ...",
        "{conv1: \"0\", fc: \"6\"}");

    private static readonly SpecField<string> Sha256 = SpecField<string>.Optional(
        "sha256", new Sha256Type(), "what the file has at submit", "The SHA-256 that the file must have.",
        "31bd94e9ec1d39eb62f05ad512a8ee39c572884d6462549815919670df65ee5d");

    private static readonly Section<WeightsSpec> Section = new(
        [File, Except, Rename, Sha256],
        v => new(v.Get(File)) { Except = v.Get(Except), Rename = v.Get(Rename), Sha256 = v.Maybe(Sha256) });

    public override string Text => "path, or a mapping with file, except, rename and sha256";

    public override string Range => Path.Range;

    public override string? Show(WeightsSpec value) => value.File;

    public override IEnumerable<SpecRow> Rows(string key) => Section.Rows(key);

    public override JsonObject JsonSchema(SchemaWriter schema) => SchemaWriter.AnyOf(Path.JsonSchema(schema), Section.JsonSchema(schema));

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out WeightsSpec value)
    {
        if (node is SpecMapping)
        {
            return Section.TryRead(node, key, reading, out value);
        }

        var read = Path.TryRead(node, key, reading, out var file);
        value = read ? new(file!) : null;
        return read;
    }
}
