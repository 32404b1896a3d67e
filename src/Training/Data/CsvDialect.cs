using System.Text;
using CsvHelper;
using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>How a table's file is written, as the library that reads it takes it.</summary>
internal static class CsvDialect
{
    private static readonly Dictionary<CsvDelimiter, char> Separators = new()
    {
        [CsvDelimiter.Comma] = ',',
        [CsvDelimiter.Semicolon] = ';',
        [CsvDelimiter.Tab] = '\t',
        [CsvDelimiter.Space] = ' ',
        [CsvDelimiter.Pipe] = '|',
    };

    /// <summary>Null: UTF-8.</summary>
    private static readonly Dictionary<CsvEncoding, Func<Encoding?>> Encodings = new()
    {
        [CsvEncoding.Utf8] = () => null,
        [CsvEncoding.Latin1] = () => Encoding.Latin1,
        [CsvEncoding.Windows1252] = () => CodePagesEncodingProvider.Instance.GetEncoding(1252),
    };

    public static CsvReader Reader(Stream file, SourceSpec.Csv spec, int largestRecord, Action<CsvMalformedRecord> malformed)
    {
        var encoding = Encodings[spec.Encoding]();
        var options = new CsvReaderOptions
        {
            Separator = Separators[spec.Delimiter],
            HasHeader = spec.Columns.Count == 0,
            Encoding = encoding,
            TrackLineNumbers = true,
            MaxRecordSize = largestRecord,
            OnMalformedRecord = malformed,
        };
        char? comment = spec.Comment switch
        {
            CsvComment.Hash => '#',
            CsvComment.Tab => '\t',
            CsvComment.Percent => '%',
            _ => null,
        };
        var spaces = spec.Delimiter == CsvDelimiter.Space;
        if (comment is null && !spaces)
        {
            return CsvReader.Create(file, options, leaveOpen: true);
        }

        // What stands between the last cell and a comment belongs to neither.
        var text = new StreamReader(file, encoding ?? Encoding.UTF8, true, -1, leaveOpen: true);
        return CsvReader.Create(new PlainLines(text, comment, spaces), options with { TrimWhitespace = true });
    }

    public static string Wrong(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote stands in the middle of a cell that does not begin with one; double it and put the cell in quotes, or "
            + "take it out",
        CsvMalformedReason.TextAfterClosingQuote => "text stands after the closing quote of a cell; double the quotes inside the cell, or put a comma between",
        CsvMalformedReason.UnterminatedQuote => "a cell that begins with a quote is never closed; close it, or double a quote that belongs to the text",
        _ => "the row is not well-formed",
    };
}
