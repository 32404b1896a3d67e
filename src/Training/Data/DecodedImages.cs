using System.Text.Json;

namespace Sheaf.Training.Data;

/// <summary>Images of unsigned bytes and a label of one byte for each, as they are in the files of a source.</summary>
/// <param name="Shape">Of one image: [channels, height, width].</param>
/// <param name="Pixels">Image after image.</param>
/// <param name="Files">The files of the labels, or the pictures, in the order of the rows.</param>
/// <param name="Ends">For each of these the row after its last.</param>
internal sealed record DecodedImages(int[] Shape, RowStore<byte> Pixels, byte[] Labels, IReadOnlyList<string> Files, int[] Ends)
{
    /// <summary>The file of a row's label, for messages.</summary>
    public string FileOf(int row)
    {
        var place = Array.BinarySearch(Ends, row + 1);
        return Files[place < 0 ? ~place : place];
    }

    /// <summary>For the cache: the names of the files are not part of it.</summary>
    public CacheContent Pack() => new CacheContent(JsonSerializer.Serialize(new Rest(Shape, Ends)))
        .With("pixels", Pixels).With("labels", (RowStore<byte>)Labels);

    public static DecodedImages Unpack(CacheEntry entry, IReadOnlyList<string> files)
    {
        var rest = JsonSerializer.Deserialize<Rest>(entry.Text)!;
        var labels = entry.Array<byte>("labels");
        return new(rest.Shape, entry.Array<byte>("pixels"), labels.Slice(0, (int)labels.Length).ToArray(), files, rest.Ends);
    }

    private sealed record Rest(int[] Shape, int[] Ends);
}
