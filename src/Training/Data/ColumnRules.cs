namespace Sheaf.Training.Data;

/// <summary>What the training rows say of the columns of a table: what a missing cell becomes, and which categories there are.</summary>
/// <param name="Fills">For each column of the file that is a feature; NaN where nothing fills.</param>
/// <param name="Categories">For each of them, in the order of their new columns; null where the column is a number.</param>
internal sealed record ColumnRules(double[] Fills, string[]?[] Categories) : SourceRules;
