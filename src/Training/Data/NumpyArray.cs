namespace Sheaf.Training.Data;

/// <summary>An array in memory, row by row.</summary>
/// <param name="Shape">Of all of it.</param>
/// <param name="Values">As doubles, each exactly what the file has (integers up to 2^53).</param>
/// <param name="IsWhole">The file's type is one of integers or booleans.</param>
internal sealed record NumpyArray(int[] Shape, double[] Values, bool IsWhole);
