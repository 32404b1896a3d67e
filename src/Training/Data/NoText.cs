namespace Sheaf.Training.Data;

/// <summary>Tells files that are no text by their first bytes.</summary>
internal static class NoText
{
    private static readonly (byte[] Start, string Name)[] Known =
    [
        ([0x1F, 0x8B], "is a gzip file; csv is read as plain text: unpack it with gunzip."),
        ([0x50, 0x4B, 0x03, 0x04], "is a zip archive (Excel's .xlsx is one, too); csv is read as plain text: unpack it, or save it as CSV."),
        ([0x28, 0xB5, 0x2F, 0xFD], "is a zstd file; csv is read as plain text: unpack it with unzstd."),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "is an xz file; csv is read as plain text: unpack it with unxz."),
        ([0x42, 0x5A, 0x68], "is a bzip2 file; csv is read as plain text: unpack it with bunzip2."),
        ([0x50, 0x41, 0x52, 0x31], "is a Parquet file; say format: parquet."),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "is a NumPy array; save the table as CSV."),
    ];

    /// <summary>What the file is, for a message; null where it may be text. A byte order mark of UTF-16 is text.</summary>
    public static string? Look(DataFileReader file)
    {
        Span<byte> start = stackalloc byte[256];
        start = start[..file.Peek(start)];
        foreach (var (bytes, name) in Known)
        {
            if (Begins(start, bytes))
            {
                return name;
            }
        }

        var wide = Begins(start, 0xFF, 0xFE) || Begins(start, 0xFE, 0xFF) || Begins(start, 0, 0, 0xFE, 0xFF);
        return !wide && start.Contains((byte)0) ? $"is no text: byte {start.IndexOf((byte)0)} is 0. Save the table as CSV in UTF-8." : null;
    }

    private static bool Begins(ReadOnlySpan<byte> start, params ReadOnlySpan<byte> bytes) => start.StartsWith(bytes);
}
