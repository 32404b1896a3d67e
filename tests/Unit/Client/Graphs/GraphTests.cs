using System.Xml.Linq;
using Sheaf.Client.Graphs;
using Sheaf.Specs;
using Sheaf.Specs.Summaries;

namespace Sheaf.Tests.Unit.Client.Graphs;

public sealed class GraphTests
{
    private const string Plain = "flatten, { linear: 4 }";
    private const string Around = "{ conv2d: { out: 2, kernel: 3, padding: 1 } }, "
        + "{ residual: { layers: [ relu, { conv2d: { out: 2, kernel: 3, padding: 1 } } ] } }, flatten, { linear: 2 }";
    private const string Shortcut = "{ residual: { layers: [ { conv2d: { out: 2, kernel: 1 } } ], "
        + "shortcut: [ { conv2d: { out: 2, kernel: 1 } } ] } }, flatten, { linear: 2 }";

    [Fact]
    public void Mermaid_HasALineForEachLayerAndEachWay()
    {
        Assert.Equal(
            """
            flowchart TD
                input["input<br/>[1, 4, 4]"]
                l0["0 flatten<br/>[16]"]
                input --> l0
                l1["1 linear<br/>[4]<br/>68 parameters"]
                l0 --> l1

            """,
            MermaidGraph.Of(Model(Plain)));
    }

    [Fact]
    public void Mermaid_OfAResidualBlock_HasTheWayAroundIt()
    {
        var lines = MermaidGraph.Of(Model(Around)).Split('\n').Select(line => line.Trim()).Where(line => line.Contains("-->", StringComparison.Ordinal));

        Assert.Equal(["input --> l0", "l0 --> l1_layers_0", "l1_layers_0 --> l1_layers_1", "l1_layers_1 --> l1", "l0 --> l1", "l1 --> l2", "l2 --> l3"], lines);
    }

    [Fact]
    public void Mermaid_OfAShortcut_HasBothBranchesAndNoWayAround()
    {
        var lines = MermaidGraph.Of(Model(Shortcut)).Split('\n').Select(line => line.Trim()).Where(line => line.Contains("-->", StringComparison.Ordinal));

        Assert.Equal(["input --> l0_layers_0", "input --> l0_shortcut_0", "l0_layers_0 --> l0", "l0_shortcut_0 --> l0", "l0 --> l1", "l1 --> l2"], lines);
    }

    [Theory]
    [InlineData(Plain, 2)]
    [InlineData(Around, 6)]
    [InlineData(Shortcut, 5)]
    public void Svg_HasABoxForEachLayerInsideThePictureAndNoneOverAnother(string layers, int count)
    {
        var picture = XDocument.Parse(SvgGraph.Of("a <model>", Model(layers))).Root!;
        var boxes = picture.Elements().Where(each => each.Name.LocalName == "rect").Select(box => (X: Number(box, "x"), Y: Number(box, "y"),
            Right: Number(box, "x") + Number(box, "width"), Bottom: Number(box, "y") + Number(box, "height"))).ToList();

        Assert.Equal(count + 1, boxes.Count);
        Assert.All(boxes, box => Assert.True(
            box.X >= 0 && box.Y >= 0 && box.Right <= Number(picture, "width") && box.Bottom <= Number(picture, "height"), $"{box} is not in the picture."));
        Assert.All(boxes.Index(), pair => Assert.All(boxes.Skip(pair.Index + 1), other => Assert.True(
            pair.Item.Right <= other.X || other.Right <= pair.Item.X || pair.Item.Bottom <= other.Y || other.Bottom <= pair.Item.Y,
            $"{pair.Item} is over {other}.")));
        Assert.Equal("The model of a <model>", picture.Elements().First(each => each.Name.LocalName == "title").Value);
    }

    private static double Number(XElement element, string name) => (double)element.Attribute(name)!;

    private static ModelSummary Model(string layers)
    {
        var parsed = SpecParser.Parse(
            $$"""
            name: drawn
            data: { train: { format: idx, images: i, labels: l } }
            model: { layers: [ {{layers}} ] }
            loss: cross_entropy
            optimizer: { sgd: { learning_rate: 0.1 } }
            batch_size: 8
            """,
            "/");
        Assert.Empty(parsed.Violations);
        return ModelSummary.Of(parsed.Spec!, [1, 4, 4]);
    }
}
