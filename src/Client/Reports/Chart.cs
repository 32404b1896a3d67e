using System.Xml.Linq;
using Sheaf.Client.Charts;

namespace Sheaf.Client.Reports;

/// <summary>A picture of lines, points or bars in SVG, with axes, ticks, and a title and a description for those who do not see it.</summary>
internal sealed class Chart
{
    private const double Left = 64, Right = 16, Top = 14, Bottom = 46;

    private readonly Axis _x;
    private readonly Axis _y;
    private readonly double _width;
    private readonly double _height;
    private readonly List<XElement> _marks = [];
    private readonly List<(string Name, string Class)> _legend = [];
    private readonly (string Id, string Title, string Description, string X, string Y) _words;

    /// <param name="id">Unique on the page.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What there is to see, in words and numbers.</param>
    /// <param name="x">Of the values along the lower side.</param>
    /// <param name="y">Of the values along the left side.</param>
    /// <param name="names">What the values are, with their units.</param>
    /// <param name="size">Units of the picture, which is stretched to the page.</param>
    public Chart(string id, string title, string description, Axis x, Axis y, (string X, string Y) names, (double Width, double Height) size)
    {
        (_x, _y, _words) = (x, y, (id, title, description, names.X, names.Y));
        (_width, _height) = (size.Width - Left - Right, size.Height - Top - Bottom);
    }

    /// <summary>Values that are not finite leave a gap.</summary>
    public void Line(string name, string series, IEnumerable<(double X, double Y)> points)
    {
        _legend.Add((name, series));
        var path = new List<string>();
        var pen = false;
        var count = 0;
        (double X, double Y) last = default;
        foreach (var point in points)
        {
            var visible = IsVisible(point);
            if (visible)
            {
                path.Add($"{(pen ? 'L' : 'M')}{Number(AcrossOf(point.X))} {Number(DownOf(point.Y))}");
                (count, last) = (count + 1, point);
            }

            pen = visible;
        }

        if (path.Count > 0)
        {
            _marks.Add(Svg("path", ("class", $"line {series}"), ("d", string.Concat(path))));
        }

        if (count == 1)
        {
            Dots(series, [last], 3);
        }
    }

    /// <summary>The points of a line by themselves, or a cloud.</summary>
    public void Dots(string series, IEnumerable<(double X, double Y)> points, double radius) => _marks.AddRange(points.Where(IsVisible).Select(point =>
        Svg("circle", ("class", $"dot {series}"), ("cx", Number(AcrossOf(point.X))), ("cy", Number(DownOf(point.Y))), ("r", Number(radius)))));

    /// <summary>Between two curves.</summary>
    public void Band(string series, IReadOnlyList<(double X, double Low, double High)> points)
    {
        var seen = points.Where(point => IsVisible((point.X, point.Low)) && IsVisible((point.X, point.High))).ToList();
        var around = seen.Select(point => (point.X, Y: point.High)).Concat(Enumerable.Reverse(seen).Select(point => (point.X, Y: point.Low)));
        _marks.Add(Svg(
            "polygon", ("class", $"band {series}"), ("points", string.Join(' ', around.Select(at => $"{Number(AcrossOf(at.X))},{Number(DownOf(at.Y))}")))));
    }

    public void Bars(string series, IEnumerable<(double From, double To, double Height)> bars) => _marks.AddRange(bars.Select(bar => Svg(
        "rect",
        ("class", $"fill {series}"),
        ("x", Number(AcrossOf(bar.From) + 0.5)),
        ("y", Number(DownOf(bar.Height))),
        ("width", Number(Math.Max(0.5, AcrossOf(bar.To) - AcrossOf(bar.From) - 1))),
        ("height", Number(DownOf(Math.Max(0, _y.Low)) - DownOf(bar.Height))))));

    /// <summary>A straight line without a part in the legend.</summary>
    public void Rule((double X, double Y) from, (double X, double Y) to, string name)
    {
        _legend.Add((name, "rule"));
        _marks.Add(Svg(
            "line",
            ("class", "rule"),
            ("x1", Number(AcrossOf(from.X))),
            ("y1", Number(DownOf(from.Y))),
            ("x2", Number(AcrossOf(to.X))),
            ("y2", Number(DownOf(to.Y)))));
    }

    public XElement ToSvg() => Svg(
        "svg",
        ("role", "img"),
        ("viewBox", $"0 0 {Number(_width + Left + Right)} {Number(_height + Top + Bottom)}"),
        ("aria-labelledby", $"{_words.Id}-title {_words.Id}-words"),
        Html.Element("title", Html.Attribute("id", $"{_words.Id}-title"), _words.Title),
        Html.Element("desc", Html.Attribute("id", $"{_words.Id}-words"), _words.Description),
        Grid(),
        _marks,
        Names());

    /// <summary>What each line is, as text beside its colour; empty where there is one series only.</summary>
    public XElement? Legend() => _legend.Count < 2
        ? null
        : Html.Element("p", Html.Class("legend"), _legend.Select(each => Html.Element("span", Html.Element("i", Html.Class(each.Class)), each.Name)));

    private IEnumerable<XElement> Grid()
    {
        foreach (var tick in _y.Ticks)
        {
            var down = Number(DownOf(tick));
            yield return Svg("line", ("class", "grid"), ("x1", Number(Left)), ("x2", Number(Left + _width)), ("y1", down), ("y2", down));
            yield return Svg("text", ("class", "tick end"), ("x", Number(Left - 8)), ("y", Number(DownOf(tick) + 4)), _y.Text(tick));
        }

        foreach (var tick in _x.Ticks)
        {
            var across = Number(AcrossOf(tick));
            yield return Svg("line", ("class", "axis"), ("x1", across), ("x2", across), ("y1", Number(Top + _height)), ("y2", Number(Top + _height + 5)));
            yield return Svg("text", ("class", "tick middle"), ("x", across), ("y", Number(Top + _height + 19)), _x.Text(tick));
        }

        var (end, floor) = (Number(Left + _width), Number(Top + _height));
        yield return Svg("line", ("class", "axis"), ("x1", Number(Left)), ("x2", end), ("y1", floor), ("y2", floor));
        yield return Svg("line", ("class", "axis"), ("x1", Number(Left)), ("x2", Number(Left)), ("y1", Number(Top)), ("y2", Number(Top + _height)));
    }

    private IEnumerable<XElement> Names()
    {
        yield return Svg("text", ("class", "name middle"), ("x", Number(Left + (_width / 2))), ("y", Number(Top + _height + 39)), _words.X);
        var (across, down) = (Number(14), Number(Top + (_height / 2)));
        yield return Svg("text", ("class", "name middle"), ("transform", $"rotate(-90 {across} {down})"), ("x", across), ("y", down), _words.Y);
    }

    private bool IsVisible((double X, double Y) point) => double.IsFinite(_x.Place(point.X)) && double.IsFinite(_y.Place(point.Y));

    private double AcrossOf(double x) => Left + (_x.Place(x) * _width);

    private double DownOf(double y) => Top + ((1 - _y.Place(y)) * _height);

    private static string Number(double value) => value.ToString("0.##");

    private static XElement Svg(string name, params object[] content) => Html.Element(
        name, [.. content.Select(each => each is ValueTuple<string, string>(var key, var value) ? Html.Attribute(key, value) : each)]);
}
