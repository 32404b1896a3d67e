namespace CharTransformer;

/// <summary>The characters that the model knows: those of printable ASCII and the end of a line. Others become the nearest of them.</summary>
public static class Alphabet
{
    private const char First = ' ';
    private const char Last = '~';

    /// <summary>How many there are.</summary>
    public const int Count = Last - First + 2;

    private const int EndOfLine = Count - 1;

    /// <summary>0 to <see cref="Count"/> - 1.</summary>
    public static int IndexOf(char character) => character switch
    {
        '\n' => EndOfLine,
        >= First and <= Last => character - First,
        '\u2018' or '\u2019' => '\'' - First,
        '\u201c' or '\u201d' => '"' - First,
        '\u2013' or '\u2014' => '-' - First,
        _ => 0,
    };

    /// <summary>The character of an index.</summary>
    public static char At(int index) => index == EndOfLine ? '\n' : (char)(First + index);
}
