using Sheaf.Specs.Schema;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sheaf.Specs.Yaml;

/// <summary>
/// Text to nodes, by events: bounded in depth and size, no aliases (a few lines of them can stand for gigabytes), nothing thrown.
/// </summary>
internal sealed class SpecTree
{
    public const int MaxDepth = 32;
    public const int MaxCharacters = 1 << 20;
    public const int MaxNodes = 20_000;

    private readonly SpecReport _report;
    private readonly SpecOverride? _override;
    private readonly string _key;
    private readonly string _yaml;
    private readonly IParser _parser;
    private readonly int _lines;
    private int _nodes;

    private SpecTree(string yaml, SpecReport report, SpecOverride? from)
    {
        _report = report;
        _override = from;
        _key = from?.Key ?? "";
        _yaml = yaml;
        _lines = yaml.Count(c => c == '\n') + 1;
        _parser = new Parser(new Scanner(new StringReader(yaml), skipComments: true));
    }

    /// <summary>The root node; <c>null</c> for an empty text and for one that is not YAML (then the report says so).</summary>
    public static SpecNode? Load(string yaml, SpecReport report, SpecOverride? from = null)
    {
        if (yaml.Length > MaxCharacters)
        {
            report.Add(from?.Key ?? "", new SpecOrigin(0, 0, from), $"the text has {yaml.Length:N0} characters; a spec has at most {MaxCharacters:N0}");
            return null;
        }

        return new SpecTree(yaml.TrimStart('\uFEFF'), report, from).Load();
    }

    private SpecNode? Load()
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (!_parser.TryConsume<DocumentStart>(out _))
            {
                return null;
            }

            var root = Node(0, _key);
            _parser.Consume<DocumentEnd>();
            if (_parser.TryConsume<DocumentStart>(out var second))
            {
                _report.Add(_key, Origin(second.Start), "a second YAML document starts here; a spec is one document");
            }

            return root;
        }
        catch (TooMuchException much)
        {
            _report.Add(_key, much.Origin, much.Message);
            return null;
        }
        catch (YamlException syntax)
        {
            return Broken(syntax.Start);
        }
#pragma warning disable CA1031 // The scanner has bugs of its own on odd input; whatever it throws is about the user's text.
        catch (Exception odd) when (odd is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            return Broken(_parser.Current?.End ?? Mark.Empty);
        }
    }

    /// <summary>The parser says only where it could not go on; what is wrong, and often where, is found in the text itself.</summary>
    private SpecNode? Broken(Mark stopped)
    {
        if (YamlScan.Of(_yaml).Mistake is { } mistake)
        {
            var at = _override is null ? new SpecOrigin(mistake.Place.Line, mistake.Place.Column, null) : new SpecOrigin(0, 0, _override);
            _report.Add(_key, at, $"not valid YAML: {mistake.Sentence(_override is not null)}");
            return null;
        }

        var origin = Origin(stopped);
        _report.Add(_key, origin, $"not valid YAML: {YamlPlaces.Explain(_yaml, Math.Max(1, (int)stopped.Line), Math.Max(1, (int)stopped.Column))}");
        return null;
    }

    private SpecNode Node(int depth, string path)
    {
        var start = _parser.Current is null && !_parser.MoveNext() ? throw new YamlException("the text ends too early") : _parser.Current!;
        var origin = Origin(start.Start);
        if (depth > MaxDepth)
        {
            throw new TooMuchException(origin, $"nested deeper than {MaxDepth} levels; no spec needs that");
        }

        if (++_nodes > MaxNodes)
        {
            throw new TooMuchException(origin, $"more than {MaxNodes:N0} keys and values; no spec needs that");
        }

        Refuse(start, origin, path);
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return Scalar(scalar, origin, path);
        }

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var items = new List<SpecNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Node(depth + 1, $"{path}.{items.Count}"));
            }

            return new SpecSequence(origin, items, sequence.Style == SequenceStyle.Flow);
        }

        if (_parser.TryConsume<MappingStart>(out var mapping))
        {
            var entries = new List<SpecMappingEntry>();
            while (!_parser.TryConsume<MappingEnd>(out _))
            {
                Entry(entries, depth, path);
            }

            return new SpecMapping(origin, entries, mapping.Style == MappingStyle.Flow);
        }

        _parser.MoveNext();
        return new SpecScalar(origin, "", isPlain: true);
    }

    private void Entry(List<SpecMappingEntry> entries, int depth, string path)
    {
        var key = Node(depth + 1, path);
        var inside = key is SpecScalar { Text: var text } ? SpecKeys.Join(path, text) : path;
        var value = Node(depth + 1, inside);
        if (key is not SpecScalar name)
        {
            _report.Add(path, key.Origin, $"{key.Quote()} cannot be a key; keys are names");
        }
        else if (entries.Find(e => e.Key.Text == name.Text) is { } first)
        {
            _report.Add(inside, name.Origin, $"the key {name.Quote()} stands twice here (first on line {first.Key.Origin.Line}); keep one");
        }
        else
        {
            entries.Add(new SpecMappingEntry(name, value));
        }
    }

    private SpecScalar Scalar(Scalar scalar, SpecOrigin origin, string path)
    {
        CheckText(scalar.Value, path, origin, _report);
        return new SpecScalar(origin, scalar.Value, scalar.Style is ScalarStyle.Plain or ScalarStyle.Any);
    }

    /// <summary>U+FFFD is what a decoder puts where bytes are no UTF-8; half a surrogate pair cannot be stored or sent.</summary>
    public static void CheckText(string text, string path, SpecOrigin origin, SpecReport report)
    {
        if (text.Contains('\uFFFD', StringComparison.Ordinal) || text.EnumerateRunes().Any(r => r.Value == 0xFFFD))
        {
            report.Add(path, origin, "not valid UTF-8 text; save the file as UTF-8");
        }
    }

    private void Refuse(ParsingEvent start, SpecOrigin origin, string path)
    {
        if (start is AnchorAlias alias)
        {
            _report.Add(path, origin, $"the alias *{alias.Value} is not supported in specs; write the value out");
        }
        else if (start is NodeEvent node)
        {
            if (!node.Anchor.IsEmpty)
            {
                _report.Add(path, origin, $"the anchor &{node.Anchor} is not supported in specs; remove it");
            }

            if (!node.Tag.IsEmpty)
            {
                _report.Add(path, origin, $"the tag {node.Tag} is not supported in specs; remove it");
            }
        }
    }

    /// <summary>The scanner puts the end of a text without a last line feed on a line of its own.</summary>
    private SpecOrigin Origin(Mark mark) =>
        _override is null ? new(Math.Clamp((int)mark.Line, 1, _lines), Math.Max(1, (int)mark.Column), null) : new(0, 0, _override);

    private sealed class TooMuchException(SpecOrigin origin, string message) : Exception(message)
    {
        public SpecOrigin Origin { get; } = origin;
    }
}
