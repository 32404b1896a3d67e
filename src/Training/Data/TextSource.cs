using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>A text, or a share of it, cut into rows. Before it is completed its characters are code points; afterwards places in the vocabulary.</summary>
internal sealed class TextSource : LoadedSource
{
    private const int Bytes = 256;

    /// <summary>Integers of 16 bits stand for characters; the last one is left to those that no training row has.</summary>
    private const int MostCharacters = ushort.MaxValue;

    private readonly SourceSpec.Text _spec;
    private readonly TextFile _text;
    private readonly ushort[] _codes;
    private readonly int[]? _vocabulary;
    private readonly int _first;

    private TextSource(SourceSpec.Text spec, TextFile text, ushort[] codes, int[]? vocabulary, int first, int count)
    {
        (_spec, _text, _codes, _vocabulary, _first, Count) = (spec, text, codes, vocabulary, first, count);
        Shape = [spec.Context];
    }

    public override int Count { get; }

    public override IReadOnlyList<int> Shape { get; }

    public override int? Classes => _spec.Unit == TextUnit.Byte ? Bytes : (_vocabulary?.Length ?? 0) + (_spec.Unseen == UnseenCharacter.Replace ? 1 : 0);

    public override int? TargetCount => _spec.Target == TextTarget.Each ? _spec.Context : 1;

    public override bool FeaturesAreIntegers => true;

    public override bool TargetsAreIntegers => true;

    public override ClassPlace? LargestClass => null;

    public override string? Vocabulary => _vocabulary is null ? null : TextFile.Of(_vocabulary);

    public override IReadOnlyList<string> ClassNames => _vocabulary is null
        ? []
        : [.. _vocabulary.Select(TextFile.Shown), .. _spec.Unseen == UnseenCharacter.Replace ? ["other"] : Array.Empty<string>()];

    /// <summary>Null, with problems added, where the file cannot be used.</summary>
    public static TextSource? Load(SourceSpec.Text spec, string role, DataFiles files, List<string> problems)
    {
        void Report(string problem) => problems.Add($"{role}: '{spec.Path}' {problem}");
        if (files.Read(spec.Path, role, file => TextFile.Read(file, spec.Unit, Report)) is not { } whole)
        {
            return null;
        }

        var text = spec.Share is { } share ? whole.Part(share) : whole;
        var rows = text.Length <= spec.Context ? 0 : ((text.Length - spec.Context - 1) / spec.Stride) + 1;
        if (rows == 0)
        {
            Report($"has {text.Length} {(spec.Unit == TextUnit.Byte ? "bytes" : "characters")}{(spec.Share is null ? "" : " in this share")}; a row needs "
                + $"{spec.Context + 1}, its context and what follows it. Choose a smaller context, or a longer text.");
            return null;
        }

        // A share is of the text itself, so that rows of two shares have no character in common.
        var (from, to) = spec.Rows is { } range ? (range.From, range.To + 1) : (0, rows);
        if (to > rows)
        {
            problems.Add($"{role}.rows: {from} to {to - 1} was asked for, and '{spec.Path}' has the rows 0 to {rows - 1}.");
            return null;
        }

        return new(spec, text, [], null, (int)from, (int)(to - from)) { Role = role };
    }

    /// <summary>The character after the row.</summary>
    public override int ClassOf(int row) => _codes[PlaceOf(row) + _spec.Context];

    public override SourceRules Learn(int[]? rows, ICollection<string> problems)
    {
        if (_spec.Unit == TextUnit.Byte)
        {
            return new VocabularyRules([]);
        }

        var seen = new HashSet<int>();
        for (var row = 0; row < (rows?.Length ?? Count); row++)
        {
            foreach (var character in _text.Span(PlaceOf(rows?[row] ?? row), _spec.Context + 1))
            {
                seen.Add(character);
            }
        }

        if (seen.Count > MostCharacters)
        {
            problems.Add($"{Role}: '{_spec.Path}' has {seen.Count} different characters; at most {MostCharacters} have a place in the vocabulary. "
                + "Say unit: byte.");
        }

        return new VocabularyRules([.. seen.Order()]);
    }

    public override LoadedSource Complete(SourceRules rules, ICollection<string> problems)
    {
        if (_spec.Unit == TextUnit.Byte)
        {
            return new TextSource(_spec, _text, _text.ToCodes(), null, _first, Count) { Role = Role };
        }

        var vocabulary = ((VocabularyRules)rules).Characters;
        var places = vocabulary.Select((character, place) => (character, place)).ToDictionary(each => each.character, each => (ushort)each.place);
        var codes = new ushort[_text.Length];
        var (begin, end) = (PlaceOf(0), PlaceOf(Count - 1) + _spec.Context + 1);
        for (var i = begin; i < end; i++)
        {
            if (places.TryGetValue(_text[i], out var place))
            {
                codes[i] = place;
                continue;
            }

            codes[i] = (ushort)vocabulary.Length;
            if (_spec.Unseen == UnseenCharacter.Refuse)
            {
                problems.Add($"{Role}: '{_spec.Path}' line {_text.LineOf(i)}: no training row has the character '{TextFile.Shown(_text[i])}' "
                    + $"(U+{_text[i]:X4}). Take it out, or set unseen: replace in every source.");
                break;
            }
        }

        return new TextSource(_spec, _text, codes, vocabulary, _first, Count) { Role = Role };
    }

    /// <summary>Places in a vocabulary have neither mean nor deviation.</summary>
    public override (double[] Mean, double[] Std) Statistics(int[]? rows) => ([], []);

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems) =>
        new TextRows(
            _codes, (long)_first * _spec.Stride, _spec.Context, _spec.Stride, Count, _first, rows, _spec.Target == TextTarget.Each, classes ?? Classes!.Value);

    protected override string PlaceOfTarget(int row) => $"{Role}: '{_spec.Path}' row {_first + row}";

    private int PlaceOf(int row) => (_first + row) * _spec.Stride;
}
