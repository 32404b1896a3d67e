using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Learns from the training rows what every row of a table is completed with, and completes tables by it.</summary>
internal static class TableFit
{
    /// <summary>More new columns are no categories but names or numbers.</summary>
    public const int MostCategories = 1000;

    /// <param name="rows">The training rows of <paramref name="table"/>; null: all.</param>
    public static ColumnRules Learn(SourceSpec.Csv spec, string role, CsvTable table, int[]? rows, ICollection<string> problems)
    {
        var width = table.Names.Count;
        var rules = new ColumnRules(new double[width], new string[]?[width]);
        var values = new List<double>();
        for (var column = 0; column < width; column++)
        {
            values.Clear();
            for (var row = 0; row < (rows?.Length ?? table.Ids.Length); row++)
            {
                if (table.Features[((rows?[row] ?? row) * width) + column] is var value && !double.IsNaN(value))
                {
                    values.Add(value);
                }
            }

            rules.Fills[column] = double.NaN;
            var name = Shown.Text(table.Names[column]);
            if (table.Texts[column] is { } texts)
            {
                rules.Categories[column] = [.. values.Distinct().Select(place => texts[(int)place]).Order(CategoryOrder.Instance)];
                if (rules.Categories[column]!.Length > MostCategories)
                {
                    problems.Add(
                        $"{role}: '{spec.Path}' column '{name}' has {rules.Categories[column]!.Length} categories in the training rows; one_hot makes at most "
                        + $"{MostCategories} columns of one. Take it out of features, or group its texts.");
                }
            }
            else if (values.Count > 0 || spec.Missing?.Fill is MissingFill.Constant)
            {
                rules.Fills[column] = Fill(spec.Missing?.Fill, values);
            }
            else if (spec.Missing is not null)
            {
                problems.Add($"{role}: '{spec.Path}' column '{name}' has no value in any training row; take it out of features.");
            }
        }

        return rules;
    }

    /// <summary>The same rows without gaps, a category as a column of 0 or 1 for each of its texts.</summary>
    /// <param name="spec">Of the table.</param>
    /// <param name="filled">How many cells were filled, by column.</param>
    public static CsvTable Apply(
        ColumnRules rules, SourceSpec.Csv spec, string role, CsvTable table, IDictionary<string, int> filled, ICollection<string> problems)
    {
        var width = table.Names.Count;
        var names = table.Names.SelectMany((name, column) => rules.Categories[column]?.Select(text => $"{name}={text}") ?? [name]).ToArray();
        var features = new double[(long)names.Length * table.Ids.Length];
        var places = rules.Categories.Select((texts, column) => table.Texts[column]?.Select(text => Array.IndexOf(texts!, text)).ToArray()).ToArray();
        var reported = new HashSet<(int, double)>();
        for (int row = 0, to = 0; row < table.Ids.Length; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var value = table.Features[(row * width) + column];
                if (rules.Categories[column] is not { } categories)
                {
                    if (double.IsNaN(value))
                    {
                        value = rules.Fills[column];
                        filled[table.Names[column]] = filled.TryGetValue(table.Names[column], out var count) ? count + 1 : 1;
                    }

                    features[to++] = value;
                    continue;
                }

                var place = places[column]![(int)value];
                if (place >= 0)
                {
                    features[to + place] = 1;
                }
                else if (spec.Unseen == UnseenCategory.Refuse && reported.Add((column, value)))
                {
                    problems.Add(
                        $"{role}: '{spec.Path}' {table.PlaceOf(spec, row)}, column '{Shown.Text(table.Names[column])}': no training row has the category "
                        + $"'{Shown.Text(table.Texts[column]![(int)value])}'; they have "
                        + $"{string.Join(", ", categories.Take(10).Select(each => $"'{Shown.Text(each)}'"))}"
                        + $"{(categories.Length > 10 ? ", ..." : "")}. Correct it, or set unseen: zeros.");
                }

                to += categories.Length;
            }
        }

        return table with { Names = names, Features = features, Texts = new IReadOnlyList<string>?[names.Length] };
    }

    private static double Fill(MissingFill? fill, List<double> values)
    {
        if (fill is MissingFill.Constant constant)
        {
            return constant.Value;
        }

        if (fill == MissingFill.Mean)
        {
            // Divided before it is added up: the sum of large values is beyond a double.
            var mean = 0.0;
            foreach (var value in values)
            {
                mean += value / values.Count;
            }

            return mean;
        }

        if (fill != MissingFill.Median)
        {
            return double.NaN;
        }

        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] / 2) + (values[middle] / 2);
    }
}
