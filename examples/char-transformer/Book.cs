using Sheaf.Sdk;

namespace CharTransformer;

/// <summary>
/// Rows of a text: the characters of one piece, and as targets the character that follows each of them. Pieces do not overlap, so that an epoch reads the text
/// once.
/// </summary>
/// <param name="book">The file, in UTF-8.</param>
/// <param name="context">Characters of a piece.</param>
/// <param name="from">The share of the text where these rows begin; 0 to below 1.</param>
/// <param name="to">Where they end.</param>
public sealed class Book(string book, int context = 64, double from = 0, double to = 1) : IDataset
{
    private readonly byte[] _text = Read(book, from, to);

    public int Count => (_text.Length - 1) / context;

    public IReadOnlyList<int> FeatureShape { get; } = [context];

    public bool FeaturesAreIntegers => true;

    public IReadOnlyList<int> TargetShape { get; } = [context];

    public bool TargetsAreIntegers => true;

    public void Read(int row, RowBuffer into)
    {
        var start = row * context;
        for (var i = 0; i < context; i++)
        {
            into.FeatureIntegers[i] = _text[start + i];
            into.TargetIntegers[i] = _text[start + i + 1];
        }
    }

    private static byte[] Read(string file, double from, double to)
    {
        var text = File.ReadAllText(file);
        return [.. text[(int)(from * text.Length)..(int)(to * text.Length)].Select(character => (byte)Alphabet.IndexOf(character))];
    }
}
