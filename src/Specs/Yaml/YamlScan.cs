namespace Sheaf.Specs.Yaml;

/// <summary>
/// Looks through a text for the mistakes of YAML that a parser reports far from where they are: tabs, and brackets and quotes that stay open.
/// It knows just enough of YAML to tell those from the same characters inside quotes, comments, block texts and plain words.
/// </summary>
internal sealed class YamlScan
{
    private const string Escapes = "0abt\tnvfre \"/\\N_LPxuU\n\r";

    private readonly string _text;
    private readonly Stack<YamlPlace> _open = new();
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private bool _valueMayBegin = true;

    private YamlScan(string text) => _text = text;

    /// <summary>The first mistake in the text; <c>null</c> where the scan found none.</summary>
    public YamlMistake? Mistake { get; private set; }

    /// <summary>Where the first comment begins.</summary>
    public YamlPlace? Comment { get; private set; }

    private char Current => _text[_at];

    private int Indent => Margin(_lineStart) - _lineStart;

    private YamlPlace Here => Place(_at);

    public static YamlScan Of(string text)
    {
        var scan = new YamlScan(text);
        scan.Read();
        return scan;
    }

    private void Read()
    {
        BeginLine();
        while (_at < _text.Length && Mistake is null)
        {
            Token();
        }

        if (Mistake is null && _open.TryPeek(out var left))
        {
            Mistake = new(left, $"{{0}} is not closed; a {Closing(left.Text[0])} belongs after its last value");
        }
    }

    private void Token()
    {
        switch (Current)
        {
            case '\n':
                NextLine();
                break;
            case ' ' or '\t' or '\r':
                _at++;
                break;
            case '#' when _at == _lineStart || char.IsWhiteSpace(_text[_at - 1]):
                Comment ??= Here;
                SkipLine();
                break;
            case '"' or '\'' when _valueMayBegin:
                Quoted(Current);
                break;
            case '[' or '{' when _valueMayBegin || _open.Count > 0:
                _open.Push(Here);
                _valueMayBegin = true;
                _at++;
                break;
            case ']' or '}' when _valueMayBegin || _open.Count > 0:
                Close();
                break;
            case '|' or '>' when _valueMayBegin && _open.Count == 0:
                BlockText();
                break;
            case ',' when _open.Count > 0:
                _valueMayBegin = true;
                _at++;
                break;
            case ':' when EndsWord(_at + 1):
                _valueMayBegin = true;
                _at++;
                break;
            case '-' or '?' when _valueMayBegin && EndsWord(_at + 1):
                _at++;
                break;
            default:
                _valueMayBegin = false;
                _at++;
                break;
        }
    }

    private void NextLine()
    {
        _at++;
        _line++;
        BeginLine();
    }

    private void BeginLine()
    {
        _lineStart = _at;
        _valueMayBegin = true;
        var end = Margin(_at, tabs: true);
        var tab = _text.IndexOf('\t', _at, end - _at);
        if (tab >= 0 && _open.Count == 0 && end < _text.Length && _text[end] is not ('\n' or '\r' or '#'))
        {
            Mistake = new(Place(tab), "a tab stands in the indentation. Indent with spaces.");
        }
        else if (_open.Count == 0 && end < _text.Length && _text[end] is not ('\n' or '\r') && char.IsWhiteSpace(_text[end]))
        {
            Mistake = new(Place(end), $"a white space that is no plain space (U+{(int)_text[end]:X4}) stands in the indentation. Indent with spaces.");
        }
    }

    private void Close()
    {
        if (!_open.TryPop(out var opened))
        {
            Mistake = new(Here, $"this {Current} closes nothing; remove it, or put the value in quotes");
        }
        else if (Closing(opened.Text[0]) != Current)
        {
            Mistake = new(opened, $"{{0}} is not closed: a {Current} stands where its {Closing(opened.Text[0])} belongs");
        }

        _valueMayBegin = false;
        _at++;
    }

    private void Quoted(char quote)
    {
        var begin = Here;
        var indent = Indent;
        _at++;
        while (_at < _text.Length)
        {
            if (quote == '"' && Current == '\\' && _at + 1 < _text.Length)
            {
                if (!Escapes.Contains(_text[_at + 1], StringComparison.Ordinal))
                {
                    Mistake = new(Here, $"\\{Shown(_text[_at + 1])} is no escape of YAML; write \\\\ for a backslash, or put the text in single quotes");
                    return;
                }

                _at++;
            }
            else if (Current == quote)
            {
                if (quote != '\'' || _at + 1 >= _text.Length || _text[_at + 1] != '\'')
                {
                    break;
                }

                _at++;
            }

            if (Current == '\n')
            {
                _line++;
                _lineStart = _at + 1;
                var first = Margin(_lineStart);
                if (_open.Count == 0 && first < _text.Length && _text[first] is not ('\n' or '\r') && first - _lineStart <= indent)
                {
                    _at = _text.Length;
                    break;
                }
            }

            _at++;
        }

        if (_at >= _text.Length)
        {
            Mistake = new(begin, $"{{0}} is not closed; a {quote} belongs at the end of the text");
            return;
        }

        _at++;
        _valueMayBegin = false;
        AfterQuote();
    }

    private void AfterQuote()
    {
        var next = _at;
        while (next < _text.Length && _text[next] is ' ' or '\t')
        {
            next++;
        }

        var ends = next == _text.Length || _text[next] is '\n' or '\r' or ':' || (
            _open.Count > 0 && _text[next] is ',' or ']' or '}') || (_text[next] == '#' && next > _at);
        if (!ends)
        {
            Mistake = new(
                Place(next), "text stands after the closing quote; put all of the value into the quotes, with quotes inside it doubled ('') or escaped (\\\")");
        }
    }

    /// <summary>Lines after | or &gt; are text as long as they are indented deeper than the line that begins them.</summary>
    private void BlockText()
    {
        var indent = Indent;
        SkipLine();
        while (_at < _text.Length)
        {
            var line = _at + 1;
            var first = Margin(line);
            if (first < _text.Length && _text[first] is not ('\n' or '\r') && first - line <= indent)
            {
                return;
            }

            _at = line;
            _line++;
            SkipLine();
        }
    }

    private void SkipLine()
    {
        var end = _text.IndexOf('\n', _at);
        _at = end < 0 ? _text.Length : end;
    }

    private int Margin(int from, bool tabs = false)
    {
        while (from < _text.Length && (_text[from] == ' ' || (tabs && _text[from] == '\t')))
        {
            from++;
        }

        return from;
    }

    private bool EndsWord(int at) =>
        at >= _text.Length || char.IsWhiteSpace(_text[at]) || (_open.Count > 0 && _text[at] is ',' or '[' or ']' or '{' or '}' or '"' or '\'');

    private YamlPlace Place(int at) => new(_line, at - _lineStart + 1, at, at < _text.Length ? _text[at].ToString() : "");

    private static char Closing(char open) => open == '[' ? ']' : '}';

    private static string Shown(char c) => char.IsControl(c) || char.IsSurrogate(c) ? "and what follows it" : c.ToString();
}
