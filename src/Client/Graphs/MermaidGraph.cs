using System.Text;
using Sheaf.Client.Terminal;
using Sheaf.Specs.Summaries;

namespace Sheaf.Client.Graphs;

/// <summary>A model as a flowchart of Mermaid (mermaid.js.org), which many readers of Markdown draw.</summary>
internal static class MermaidGraph
{
    /// <summary>Ends with a line break.</summary>
    public static string Of(ModelSummary model)
    {
        var text = new StringBuilder("flowchart TD\n");
        text.Append($"    input[\"input<br/>{Shape(model.Input)}\"]\n");
        Write(text, GraphNode.Of(model.Layers), "input");
        return text.ToString();
    }

    /// <returns>The node that the last layer's output comes from.</returns>
    private static string Write(StringBuilder text, IReadOnlyList<GraphNode> layers, string from)
    {
        foreach (var node in layers)
        {
            var id = $"l{node.Layer.Number.Replace('.', '_')}";
            var ends = node.Branches.Select(branch => Write(text, branch.Layers, from)).ToList();
            if (ends.Count == 0 || node.HasWayAround)
            {
                ends.Add(from);
            }

            text.Append($"    {id}[\"{node.Layer.Number} {node.Layer.Name}<br/>{Shape(node.Layer.Output)}{Parameters(node.Layer)}\"]\n");
            foreach (var end in ends)
            {
                text.Append($"    {end} --> {id}\n");
            }

            from = id;
        }

        return from;
    }

    private static string Shape(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    private static string Parameters(LayerSummary layer) => layer.Parameters == 0
        ? ""
        : $"<br/>{Format.Count(layer.Parameters)} parameters{(layer.Frozen == 0 ? "" : layer.Frozen == layer.Parameters ? ", frozen" : ", some frozen")}";
}
