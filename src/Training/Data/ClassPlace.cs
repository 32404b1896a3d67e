namespace Sheaf.Training.Data;

/// <summary>
/// The first row of a class: <paramref name="Place"/> has the source, the file, the line or row, and the column; <paramref name="Rows"/> says how many rows of
/// that source have it.
/// </summary>
public sealed record ClassPlace(int Class, string Place, int Rows);
