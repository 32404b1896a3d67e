namespace Sheaf.Training.Data;

/// <summary>
/// A text without what is no cell: from <paramref name="comment"/> (null: nothing) on a line is left out, and with <paramref name="spaces"/> any run of spaces
/// and tabs becomes one space, none at the ends of a line. What stands in double quotes stays as it is. Lines keep their numbers.
/// </summary>
internal sealed class PlainLines(TextReader text, char? comment, bool spaces) : TextReader
{
    private bool _quoted;
    private bool _commented;
    private bool _gap;
    private bool _begun;
    private int _next = -1;

    public override int Peek()
    {
        if (_next < 0)
        {
            _next = Advance();
        }

        return _next;
    }

    public override int Read()
    {
        var next = Peek();
        _next = -1;
        return next;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            text.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Advance()
    {
        while (text.Peek() is >= 0 and var next)
        {
            var character = (char)next;
            if (!_quoted && character is '\n' or '\r')
            {
                (_commented, _gap, _begun) = (false, false, false);
                return text.Read();
            }

            if (_commented || (!_quoted && character == comment))
            {
                _commented = true;
                _ = text.Read();
                continue;
            }

            if (spaces && !_quoted && character is ' ' or '\t')
            {
                _gap = _begun;
                _ = text.Read();
                continue;
            }

            if (_gap)
            {
                _gap = false;
                return ' ';
            }

            _quoted ^= character == '"';
            _begun = true;
            return text.Read();
        }

        return -1;
    }
}
