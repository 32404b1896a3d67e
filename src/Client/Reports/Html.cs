using System.Xml;
using System.Xml.Linq;
using Sheaf.Surroundings;

namespace Sheaf.Client.Reports;

/// <summary>
/// Elements of a page that is HTML and XML at once: whatever text comes in is escaped, and no element that HTML knows as open is left without its end.
/// </summary>
internal static class Html
{
    private static readonly HashSet<string> Void = ["meta", "img", "br"];

    public static XElement Element(string name, params object?[] content)
    {
        var element = new XElement(name, content.Select(Content));
        if (element.IsEmpty && !Void.Contains(name))
        {
            element.Add("");
        }

        return element;
    }

    public static XAttribute Attribute(string name, string value) => new(name, Text(value));

    public static XAttribute Class(string name) => new("class", name);

    /// <summary>A part of the page that a heading begins.</summary>
    public static XElement Section(string id, string heading, params object?[] content) =>
        Element("section", Attribute("aria-labelledby", id), Element("h2", Attribute("id", id), heading), content);

    /// <param name="caption">What the table is of.</param>
    /// <param name="headings">Of the columns.</param>
    /// <param name="rows">Cells: texts or elements; the first of a row is its heading.</param>
    /// <param name="numbers">Columns that stand at the right.</param>
    public static XElement Table(string caption, IReadOnlyList<string> headings, IEnumerable<object?[]> rows, params int[] numbers) => Element(
        "div",
        Class("scroll"),
        Element(
            "table",
            Element("caption", caption),
            Element("thead", Element("tr", headings.Select((heading, column) => Element("th", Attribute("scope", "col"), Side(column, numbers), heading)))),
            Element("tbody", rows.Select(cells => Element("tr", cells.Select((cell, column) => column == 0
                ? Element("th", Attribute("scope", "row"), Side(column, numbers), cell)
                : Element("td", Side(column, numbers), cell)))))));

    /// <summary>Names and values.</summary>
    public static XElement Facts(IEnumerable<(string Name, object Value)> facts) =>
        Element("dl", facts.Select(fact => new[] { Element("dt", fact.Name), Element("dd", fact.Value) }));

    /// <summary>Text as XML can have it, several lines included.</summary>
    public static string Text(string text) => string.Concat(Printable.Lines(text).Where(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c)));

    private static object? Content(object? content) => content switch
    {
        string text => Text(text),
        IEnumerable<object?> several => several.Select(Content),
        _ => content,
    };

    private static XAttribute? Side(int column, int[] numbers) => numbers.Contains(column) ? Class("number") : null;
}
