using System.Globalization;
using System.Text.Json.Nodes;
using Sheaf.Testbed;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sheaf.Tests.Parity.Deployment;

/// <summary>An overlay of deploy/k8s as kubectl renders it.</summary>
internal sealed record Overlay(string Name, JsonArray Objects)
{
    public static IReadOnlyList<string> Names { get; } = ["single", "ha", "gpu", "monitoring", "secure", "object-store"];

    /// <summary>Pod templates, by the kind and name of what makes the pods.</summary>
    public IEnumerable<(string Name, JsonNode Pod)> Pods => Objects
        .Select(made => (Name: $"{made!["kind"]} {made["metadata"]!["name"]}", Pod: made["spec"]?["template"]))
        .Where(made => made.Pod is not null).Select(made => (made.Name, made.Pod!));

    public static async Task<Overlay> Render(string name)
    {
        await DeployTools.Demand();
        var yaml = new YamlStream();
        yaml.Load(new StringReader(await Command.RunAsync(Path.Combine(DeployTools.Folder, "kubectl"), "kustomize",
            Path.Combine(Checkout.Root, "deploy/k8s/overlays", name))));
        return new(name, new([.. yaml.Documents.Select(document => Json(document.RootNode))]));
    }

    public JsonNode Object(string kind, string name) =>
        Objects.Single(made => (string)made!["kind"]! == kind && (string)made["metadata"]!["name"]! == name)!;

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(pair.Key.ToString(), Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => plain.Value switch
        {
            "true" => true,
            "false" => false,
            "null" or "" or null => null,
            var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            var text => text,
        },
        _ => node.ToString(),
    };
}
