namespace Sheaf.Training.Data;

/// <summary>The numbers of a table as they are in its files.</summary>
/// <param name="Features">Row by row.</param>
/// <param name="Targets">Row by row.</param>
/// <param name="Ids">Of the rows.</param>
/// <param name="TargetWidth">Targets of a row.</param>
internal sealed record TableColumns(RowStore<double> Features, RowStore<double> Targets, RowStore<int> Ids, int TargetWidth);
