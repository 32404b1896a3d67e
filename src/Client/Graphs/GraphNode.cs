using Sheaf.Specs.Summaries;

namespace Sheaf.Client.Graphs;

/// <summary>A layer, and the layers inside it by branch.</summary>
internal sealed record GraphNode(LayerSummary Layer, IReadOnlyList<(string Key, IReadOnlyList<GraphNode> Layers)> Branches)
{
    /// <summary>Its input goes past the layers inside it too.</summary>
    public bool HasWayAround => Layer.Name == "residual" && Branches.All(branch => branch.Key != "shortcut");

    /// <summary>The layers of a model, those inside others in their places.</summary>
    public static IReadOnlyList<GraphNode> Of(IReadOnlyList<LayerSummary> layers) => Inside(layers, "", 0);

    private static List<GraphNode> Inside(IReadOnlyList<LayerSummary> all, string prefix, int depth) =>
        [.. all.Where(layer => layer.Depth == depth && layer.Number.StartsWith(prefix, StringComparison.Ordinal)).Select(layer =>
        {
            // A child's number is its parent's, the branch, and its place there.
            var inside = all.Where(child => child.Depth == depth + 1 && child.Number.StartsWith(layer.Number + ".", StringComparison.Ordinal));
            var keys = inside.Select(child => child.Number[(layer.Number.Length + 1)..].Split('.')[0]).Distinct();
            return new GraphNode(layer, [.. keys.Select(key => (key, (IReadOnlyList<GraphNode>)Inside(all, $"{layer.Number}.{key}.", depth + 1)))]);
        })];
}
