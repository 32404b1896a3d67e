using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Parquet;
using Parquet.Schema;
using Sheaf.Specs;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Data;

/// <summary>
/// The wanted columns of a Parquet file as the text that a table of text would have, so that missing values, categories and classes mean the same in both.
/// Numbers are
/// written so that they are read back to the same bits; a cell without a value, or with NaN, is empty.
/// One group of rows after the other: the text of the whole is never in memory.
/// </summary>
internal static partial class ParquetText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <param name="report">Is told what is wrong, in words that follow the file's name.</param>
    /// <returns>Null where something was reported.</returns>
    public static Stream? Of(DataFileReader file, SourceSpec.Csv spec, Action<string> report)
    {
        if (file.Length > Array.MaxLength)
        {
            report($"has {file.Length} bytes; a Parquet file has at most {Array.MaxLength} here. Split it.");
            return null;
        }

        // It is read from its end, and the file is read once from its beginning, so that its hash is of what is used.
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (ParquetFooter.Problem(bytes) is { } problem)
        {
            report($"cannot be read as Parquet: {problem}");
            return null;
        }

        try
        {
            // Everything is in memory: nothing waits.
            return Convert(new EndedStream(bytes), spec, report).GetAwaiter().GetResult();
        }
        catch (ArgumentException e) when (e.ParamName == "fields")
        {
            // The library has no schema of no fields.
            report("has no columns.");
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            report($"cannot be read as Parquet: {Causes.Of(e)}");
            return null;
        }
    }

    /// <summary>A problem with the row in place of the line, which no Parquet file has: a text of several lines makes that another number.</summary>
    /// <param name="row">The one that is read, from 0.</param>
    public static string Placed(string problem, int row) => Line().Replace(problem, $"row {row}");

    private static async Task<Stream?> Convert(Stream file, SourceSpec.Csv spec, Action<string> report)
    {
        var reader = await ParquetReader.CreateAsync(file);
        var fields = reader.Schema.GetDataFields();
        spec = ColumnPatterns.Resolved(spec, [.. fields.Select(field => field.Name)], _ => { });
        var wanted = spec.Features.Concat(spec.Targets).Concat(spec.Where.Keys).ToHashSet(StringComparer.Ordinal);
        var lists = fields.Where(field => wanted.Contains(field.Name) && (field.IsArray || field.Path.Length > 1 || !CanRead(field))).ToList();
        foreach (var field in lists)
        {
            report($"has in the column '{Shown.Text(field.Name)}' values of type {field.ClrType.Name}{(field.IsArray ? " in lists" : "")}; allowed: "
                + $"numbers, booleans, texts.");
        }

        if (lists.Count > 0)
        {
            await reader.DisposeAsync();
            return null;
        }

        var text = new ParquetTextStream(reader, group => GroupAsync(reader, group, fields, wanted), report);
        text.Begin(string.Join(',', fields.Select(field => Quoted(field.Name))) + Environment.NewLine);
        return text;
    }

    /// <summary>The rows of one group as text.</summary>
    private static async Task<MemoryStream> GroupAsync(ParquetReader reader, int group, DataField[] fields, HashSet<string> wanted)
    {
        var text = new MemoryStream();
        await using var writer = new StreamWriter(text, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        using var rows = reader.OpenRowGroupReader(group);
        var count = checked((int)rows.RowCount);
        var columns = new Func<int, string>[fields.Length];
        for (var column = 0; column < fields.Length; column++)
        {
            columns[column] = wanted.Contains(fields[column].Name) ? await Column(rows, fields[column], count) : _ => "";
        }

        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                writer.Write(column == 0 ? "" : ",");
                writer.Write(columns[column](row));
            }

            writer.WriteLine();
        }

        return text;
    }

    private static bool IsText(DataField field) => field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(string);

    private static bool CanRead(DataField field) => IsText(field) || Type.GetTypeCode(field.ClrType) is not (
        TypeCode.Object or TypeCode.DateTime or TypeCode.Char or TypeCode.Empty or TypeCode.DBNull);

    private static Task<Func<int, string>> Column(ParquetRowGroupReader rows, DataField field, int count) => Type.GetTypeCode(field.ClrType) switch
    {
        _ when IsText(field) => Texts(rows, field, count),
        TypeCode.Boolean => Numbers<bool>(rows, field, count, value => value ? "1" : "0"),
        TypeCode.Byte => Numbers<byte>(rows, field, count, value => value.ToString(Culture)),
        TypeCode.SByte => Numbers<sbyte>(rows, field, count, value => value.ToString(Culture)),
        TypeCode.Int16 => Numbers<short>(rows, field, count, value => value.ToString(Culture)),
        TypeCode.UInt16 => Numbers<ushort>(rows, field, count, value => value.ToString(Culture)),
        TypeCode.Int32 => Numbers<int>(rows, field, count, value => value.ToString(Culture)),
        TypeCode.UInt32 => Numbers<uint>(rows, field, count, value => value.ToString(Culture)),
        TypeCode.Int64 => Numbers<long>(rows, field, count, value => value.ToString(Culture)),
        TypeCode.UInt64 => Numbers<ulong>(rows, field, count, value => value.ToString(Culture)),
        TypeCode.Single => Numbers<float>(rows, field, count, value => float.IsNaN(value) ? "" : value.ToString("R", Culture)),
        TypeCode.Double => Numbers<double>(rows, field, count, value => double.IsNaN(value) ? "" : value.ToString("R", Culture)),
        _ => Numbers<decimal>(rows, field, count, value => value.ToString(Culture)),
    };

    private static async Task<Func<int, string>> Numbers<T>(ParquetRowGroupReader rows, DataField field, int count, Func<T, string> show)
        where T : struct
    {
        if (!field.IsNullable)
        {
            var values = new T[count];
            await rows.ReadAsync<T>(field, values.AsMemory());
            return row => show(values[row]);
        }

        var maybe = new T?[count];
        await rows.ReadAsync<T>(field, maybe.AsMemory());
        return row => maybe[row] is { } value ? show(value) : "";
    }

    private static async Task<Func<int, string>> Texts(ParquetRowGroupReader rows, DataField field, int count)
    {
        var values = new string?[count];
        await rows.ReadAsync(field, values.AsMemory()!);
        return row => values[row] is { } value ? Quoted(value) : "";
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"^line \d+")]
    private static partial Regex Line();
}
