namespace Sheaf.Training.Data;

/// <summary>An array of numbers, row by row.</summary>
/// <param name="Shape">Of all of it.</param>
/// <param name="Values">As doubles, each exactly what the file has (integers up to 2^53).</param>
/// <param name="IsWhole">The file's type is one of integers or booleans.</param>
internal sealed record NumberArray(int[] Shape, RowStore<double> Values, bool IsWhole);
