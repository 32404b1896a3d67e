using System.Globalization;
using System.Text;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>The characters of a text as code points, or its bytes.</summary>
internal sealed class TextFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly int[] _characters;
    private readonly int _start;
    private readonly bool _isBytes;

    private TextFile(int[] characters, int start, int length, bool isBytes) => (_characters, _start, Length, _isBytes) = (characters, start, length, isBytes);

    public int Length { get; }

    public int this[int place] => _characters[_start + place];

    /// <param name="report">Is told what is wrong, in words that follow the file's name.</param>
    /// <returns>Null where something was reported.</returns>
    public static TextFile? Read(DataFileReader file, TextUnit unit, Action<string> report)
    {
        if (file.Length > Array.MaxLength / sizeof(int))
        {
            report($"has {file.Length} bytes; a text has at most {Array.MaxLength / sizeof(int)} here. Split it.");
            return null;
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (unit == TextUnit.Byte)
        {
            return new(Array.ConvertAll(bytes, each => (int)each), 0, bytes.Length, true);
        }

        var rest = bytes.AsSpan(bytes.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0);
        var characters = new List<int>(rest.Length);
        for (var at = 0; at < rest.Length;)
        {
            if (Rune.DecodeFromUtf8(rest[at..], out var rune, out var read) != System.Buffers.OperationStatus.Done)
            {
                report($"is no text in UTF-8: byte {bytes.Length - rest.Length + at} is {rest[at]:X2}, which begins no character there. "
                    + "Save it in UTF-8, or say "
                    + "unit: byte.");
                return null;
            }

            characters.Add(rune.Value);
            at += read;
        }

        return new([.. characters], 0, characters.Count, false);
    }

    /// <summary>A text of these code points.</summary>
    public static string Of(IEnumerable<int> characters) => string.Concat(characters.Select(each => new Rune(each).ToString()));

    /// <summary>A character as a message or a table shows it.</summary>
    public static string Shown(int character) => character switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        ' ' => "space",
        _ when Rune.GetUnicodeCategory(new(character)) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => $"U+{character:X4}",
        _ => new Rune(character).ToString(),
    };

    public ReadOnlySpan<int> Span(int place, int length) => _characters.AsSpan(_start + place, length);

    /// <summary>Shares the memory.</summary>
    public TextFile Part(RowShare share)
    {
        var (from, to) = share.Of(Length);
        return new(_characters, _start + (int)from, (int)(to - from), _isBytes);
    }

    /// <summary>Of a place, from 1.</summary>
    public int LineOf(int place) => _characters.AsSpan(0, _start + place).Count('\n') + 1;

    /// <summary>The bytes; only of a text of bytes.</summary>
    public ushort[] ToCodes() => _isBytes
        ? Array.ConvertAll(_characters[_start..(_start + Length)], each => (ushort)each)
        : throw new InvalidOperationException("Characters have places in a vocabulary.");
}
