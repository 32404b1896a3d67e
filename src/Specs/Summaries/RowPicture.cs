namespace Sheaf.Specs.Summaries;

/// <summary>A row that is an image.</summary>
/// <param name="Id">The row's number in its file, from 0.</param>
/// <param name="Target">Its class's name, or its numbers.</param>
/// <param name="Pixels">[channels, height, width].</param>
public sealed record RowPicture(int Id, string Target, int Channels, int Height, int Width, byte[] Pixels);
