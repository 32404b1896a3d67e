using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using Sheaf.Specs;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sheaf.Tests.Unit.Specs;

/// <summary>The JSON Schema of specs, judged by a validator that is not ours.</summary>
public sealed partial class SpecSchemaTests
{
    private static readonly string Examples = Path.Combine(SpecTexts.Repository, "examples");
    private static readonly string Committed = Path.Combine(SpecTexts.Repository, "docs", "spec.schema.json");

    /// <summary>A choice and the definition of what can stand there.</summary>
    private static readonly Dictionary<string, string> Choices = new(StringComparer.Ordinal)
    {
        ["model.layers.N"] = "layer", ["loss"] = "loss", ["optimizer"] = "optimizer", ["schedule"] = "schedule", ["metrics.N"] = "metric",
        ["data.transforms.N"] = "transform",
    };

    private static readonly JsonSchema Schema = JsonSchema.FromText(SpecSchema.ToJson());

    public static TheoryData<string> Files => [.. Directory.GetFiles(Examples, "*.yaml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Examples, file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void ToJson_IsWhatIsCommitted()
    {
        if (Environment.GetEnvironmentVariable("SHEAF_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Committed, SpecSchema.ToJson());
        }

        Assert.Equal(SpecSchema.ToJson(), File.ReadAllText(Committed));
    }

    [Fact]
    public void Schema_IsOneOfDraft202012() =>
        Assert.True(MetaSchemas.Draft202012.Evaluate(JsonNode.Parse(SpecSchema.ToJson())).IsValid);

    [Theory]
    [MemberData(nameof(Files))]
    public void Example_Validates(string file)
    {
        var text = File.ReadAllText(Path.Combine(Examples, file));

        Assert.True(IsValid(Schema, text), file);
        var named = Modeline().Match(text).Groups["path"].Value;
        Assert.Equal(Committed, Path.GetFullPath(named, Path.GetDirectoryName(Path.Combine(Examples, file))!));
    }

    [Theory]
    [InlineData("epochs: 5", "epochs: 5")]
    [InlineData("workers: 2", "workers: { min: 1, max: 2 }")]
    [InlineData("batch_size: 64", "batch_size: all")]
    [InlineData("fraction: 0.1", "format: idx, images: i, labels: l")]
    [InlineData("- relu", "- relu: {}")]
    [InlineData("- max_pool: 2", "- max_pool: { kernel: 2, stride: 1 }")]
    [InlineData("- relu", "- residual: { layers: [ relu, { residual: { layers: [ tanh ] } } ] }")]
    [InlineData("epochs: 5", "weights: { file: a.safetensors, rename: { conv1: \"0\" } }")]
    [InlineData("labels: train-labels.gz", "labels: train-labels.gz, class_names: [cat, 1, true]")]
    public void WhatTheParserTakes_Validates(string old, string @new)
    {
        Assert.Contains(old, SpecTexts.Sound, StringComparison.Ordinal);
        var text = SpecTexts.Sound.Replace(old, @new, StringComparison.Ordinal);

        // What several keys together mean is not the schema's.
        Assert.DoesNotContain(SpecTexts.Parse(text).Violations, violation => violation.Key != "data.train.class_names");
        Assert.True(IsValid(Schema, text));
    }

    [Theory]
    [InlineData("epochs: 5", "epoch: 5")]
    [InlineData("epochs: 5", "epochs: five")]
    [InlineData("epochs: 5", "epochs: \"5\"")]
    [InlineData("epochs: 5", "epochs: 0")]
    [InlineData("epochs: 5", "epochs: 1.5")]
    [InlineData("epochs: 5", "epochs:")]
    [InlineData("name: small", "name: Small Name")]
    [InlineData("loss: cross_entropy\n", "")]
    [InlineData("loss: cross_entropy", "loss: crossentropy")]
    [InlineData("momentum: 0.9", "momentun: 0.9")]
    [InlineData("learning_rate: 0.05", "learning_rate: 0")]
    [InlineData("learning_rate: 0.05, ", "")]
    [InlineData("- linear: 10", "- linear")]
    [InlineData("- linear: 10", "- linear: ten")]
    [InlineData("- linear: 10", "- { linear: 10, relu: {} }")]
    [InlineData("- relu", "- residual: { layers: [ rellu ] }")]
    [InlineData("format: idx", "format: csv")]
    [InlineData("format: idx, ", "")]
    [InlineData("images: train-images.gz", "image: train-images.gz")]
    [InlineData("fraction: 0.1", "fraction: 1.5")]
    [InlineData("every: 1 epoch", "every: 1 hour")]
    [InlineData("workers: 2", "workers: { min: 1 }")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ accuracy, accuracy ]")]
    [InlineData("metrics: [ accuracy ]", "metrics: accuracy")]
    public void WhatTheParserRefuses_DoesNotValidate(string old, string @new)
    {
        Assert.Contains(old, SpecTexts.Sound, StringComparison.Ordinal);
        var text = SpecTexts.Sound.Replace(old, @new, StringComparison.Ordinal);

        Assert.NotEmpty(SpecTexts.Parse(text).Violations);
        Assert.False(IsValid(Schema, text));
    }

    [Fact]
    public void EveryComponent_ValidatesAsTheReferenceShowsIt()
    {
        var seen = 0;
        foreach (Match row in Row().Matches(SpecReference.ToMarkdown()))
        {
            var (key, example) = (row.Groups["key"].Value, row.Groups["example"].Value);
            var (parent, name) = (key[..Math.Max(0, key.LastIndexOf('.'))], key[(key.LastIndexOf('.') + 1)..]);
            if (!Choices.TryGetValue(parent, out var definition) || !(example == name || example.StartsWith($"{{{name}", StringComparison.Ordinal)))
            {
                continue;
            }

            var part = JsonNode.Parse(SpecSchema.ToJson())!.AsObject();
            foreach (var keyword in (string[])["type", "properties", "required", "additionalProperties"])
            {
                part.Remove(keyword);
            }

            part["$ref"] = $"#/$defs/{definition}";
            Assert.True(IsValid(JsonSchema.FromText(part.ToJsonString()), example), $"{key}: {example}");
            seen++;
        }

        Assert.InRange(seen, 60, 500);
    }

    private static bool IsValid(JsonSchema schema, string yaml) => schema.Evaluate(JsonNode.Parse(ToJson(yaml))).IsValid;

    private static string ToJson(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return NodeOf(stream.Documents[0].RootNode)?.ToJsonString() ?? "null";
    }

    /// <summary>As YAML 1.2's core schema reads it, which editors use.</summary>
    private static JsonNode? NodeOf(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, NodeOf(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(NodeOf)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => plain.Value switch
        {
            "" or "null" or "~" => null,
            "true" => true,
            "false" => false,
            var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            var text => text,
        },
        YamlScalarNode scalar => scalar.Value,
        _ => throw new ArgumentException($"A {node.GetType().Name} in YAML."),
    };

    [GeneratedRegex(@"^\| `(?<key>[^`]+)` \|.*\| `(?<example>.+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^# yaml-language-server: \$schema=(?<path>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Modeline();
}
