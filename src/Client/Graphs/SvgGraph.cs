using System.Xml.Linq;
using Sheaf.Client.Terminal;
using Sheaf.Specs.Summaries;

namespace Sheaf.Client.Graphs;

/// <summary>A model as a picture: boxes from above to below, branches beside each other. One file of SVG, in light and dark.</summary>
internal sealed class SvgGraph
{
    private const double Wide = 190, High = 50, Down = 26, Beside = 24, Around = 28, Edge = 16;
    private const string Style =
        "text{font:13px system-ui,'DejaVu Sans',sans-serif;text-anchor:middle;fill:#1b1f24}.small{font-size:11px;fill:#59636e}"
        + "rect{fill:#f5f6f8;stroke:#8794a1}.trained{fill:#e3edfb;stroke:#1f62c4}path{fill:none;stroke:#59636e;stroke-width:1.5}.tip{fill:#59636e;stroke:none}"
        + "@media (prefers-color-scheme:dark){text{fill:#e7eaee}.small{fill:#9aa5b1}rect{fill:#1e2329;stroke:#59636e}.trained{fill:#1c2f4d;stroke:#6ea8fe}"
        + "path{stroke:#9aa5b1}.tip{fill:#9aa5b1}}";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly List<XElement> _boxes = [];
    private readonly List<XElement> _lines = [];

    /// <summary>Ends with a line break.</summary>
    public static string Of(string name, ModelSummary model)
    {
        var (graph, layers) = (new SvgGraph(), GraphNode.Of(model.Layers));
        var width = Math.Max(Wide, WidthOf(layers));
        var middle = Edge + (width / 2);
        graph.Box("input", Shape(model.Input), "", isTrained: false, middle, Edge);
        var end = graph.Draw(layers, (middle, Edge + High));
        var words = $"{model.Layers.Count} layers, {Format.Count(model.Parameters)} parameters.";
        var (allWide, allHigh) = (width + (2 * Edge), end.Y + Edge);
        var picture = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {allWide:0.#} {allHigh:0.#}"),
            new XAttribute("width", $"{allWide:0.#}"),
            new XAttribute("height", $"{allHigh:0.#}"),
            new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", "title words"),
            new XElement(Svg + "title", new XAttribute("id", "title"), $"The model of {name}"),
            new XElement(Svg + "desc", new XAttribute("id", "words"), words),
            new XElement(Svg + "style", Style),
            graph._lines,
            graph._boxes);
        return picture.ToString(SaveOptions.None) + "\n";
    }

    private static double WidthOf(IReadOnlyList<GraphNode> layers) => layers.Count == 0 ? 0 : layers.Max(node => Math.Max(Wide, WidthOf(node)));

    private static double WidthOf(GraphNode node) => node.Branches.Count == 0
        ? Wide
        : node.Branches.Sum(branch => WidthOf(branch.Layers)) + (Beside * (node.Branches.Count - 1)) + (node.HasWayAround ? 2 * (Around + Beside) : 0);

    private static string Shape(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    /// <returns>Where the output of the last one leaves.</returns>
    private (double X, double Y) Draw(IReadOnlyList<GraphNode> layers, (double X, double Y) from)
    {
        foreach (var node in layers)
        {
            var ends = new List<(double X, double Y)>();
            var left = from.X - (WidthOf(node) / 2) + (node.HasWayAround ? Around + Beside : 0);
            foreach (var (_, inside) in node.Branches)
            {
                var width = WidthOf(inside);
                var top = (X: left + (width / 2), Y: from.Y + Down);
                Line(from, top, tip: false);
                ends.Add(Draw(inside, top));
                left += width + Beside;
            }

            var y = ends.Select(end => end.Y).Append(from.Y).Max() + Down;
            if (node.HasWayAround)
            {
                var side = from.X + (WidthOf(node) / 2) - (Around / 2);
                _lines.Add(Path($"M{from.X:0.#} {from.Y + (Down / 2):0.#}H{side:0.#}V{y + (High / 2):0.#}H{from.X + (Wide / 2):0.#}"));
            }

            foreach (var end in ends.DefaultIfEmpty(from))
            {
                Line(end, (from.X, y), tip: true);
            }

            var layer = node.Layer;
            var parameters = layer.Parameters == 0 ? "" : $"{Format.Count(layer.Parameters)} parameters{(layer.Frozen == layer.Parameters ? ", frozen" : "")}";
            Box($"{layer.Number} {layer.Name}", Shape(layer.Output), parameters, layer.Parameters > layer.Frozen, from.X, y);
            from = (from.X, y + High);
        }

        return from;
    }

    private void Box(string title, string shape, string more, bool isTrained, double middle, double top)
    {
        _boxes.Add(new XElement(
            Svg + "rect",
            isTrained ? new XAttribute("class", "trained") : null,
            new XAttribute("x", $"{middle - (Wide / 2):0.#}"),
            new XAttribute("y", $"{top:0.#}"),
            new XAttribute("width", $"{Wide}"),
            new XAttribute("height", $"{High}"),
            new XAttribute("rx", "6")));
        _boxes.Add(Text(title, middle, top + 20, "name"));
        _boxes.Add(Text(more.Length == 0 ? shape : $"{shape}, {more}", middle, top + 38, "small"));
    }

    private static XElement Text(string text, double x, double y, string kind) =>
        new(Svg + "text", new XAttribute("class", kind), new XAttribute("x", $"{x:0.#}"), new XAttribute("y", $"{y:0.#}"), text);

    private static XElement Path(string d) => new(Svg + "path", new XAttribute("d", d));

    /// <summary>Down, across in the middle of the gap before the end, and down.</summary>
    private void Line((double X, double Y) from, (double X, double Y) to, bool tip)
    {
        var turn = to.Y - (Down / 2);
        _lines.Add(Path(from.X == to.X ? $"M{from.X:0.#} {from.Y:0.#}V{to.Y:0.#}" : $"M{from.X:0.#} {from.Y:0.#}V{turn:0.#}H{to.X:0.#}V{to.Y:0.#}"));
        if (tip)
        {
            var arrow = Path($"M{to.X - 4:0.#} {to.Y - 7:0.#}H{to.X + 4:0.#}L{to.X:0.#} {to.Y:0.#}Z");
            arrow.SetAttributeValue("class", "tip");
            _lines.Add(arrow);
        }
    }
}
