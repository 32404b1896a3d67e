namespace Sheaf.Training.Data;

/// <summary>
/// The selected rows of a CSV file: <paramref name="Features"/> row by row, <paramref name="Ids"/> the rows' numbers in the file, <paramref name="Lines"/>
/// their lines.
/// </summary>
internal sealed record CsvTable(double[] Features, double[] Targets, int[] Ids, int[] Lines);
