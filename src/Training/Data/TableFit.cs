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
        var counts = new long[width];
        var seen = table.Texts.Select(texts => texts is null ? null : new HashSet<int>()).ToArray();
        var all = table.Texts.Select(texts => texts is null && spec.Missing?.Fill == MissingFill.Median ? new List<double>() : null).ToArray();
        Each((value, column) =>
        {
            counts[column]++;
            seen[column]?.Add((int)value);
            all[column]?.Add(value);
        });
        var means = new double[width];
        if (spec.Missing?.Fill == MissingFill.Mean)
        {
            // Divided before it is added up: the sum of large values is beyond a double.
            Each((value, column) => means[column] += value / counts[column]);
        }

        for (var column = 0; column < width; column++)
        {
            rules.Fills[column] = double.NaN;
            var name = Shown.Text(table.Names[column]);
            if (table.Texts[column] is { } texts)
            {
                rules.Categories[column] = [.. seen[column]!.Select(place => texts[place]).Order(CategoryOrder.Instance)];
                if (rules.Categories[column]!.Length > MostCategories && !spec.Index.Contains(table.Names[column]))
                {
                    problems.Add(
                        $"{role}: '{spec.Path}' column '{name}' has {rules.Categories[column]!.Length} categories in the training rows; one_hot makes at most "
                        + $"{MostCategories} columns of one. Say index in its place, take it out of features, or group its texts.");
                }
            }
            else if (counts[column] > 0 || spec.Missing?.Fill is MissingFill.Constant)
            {
                rules.Fills[column] = Fill(spec.Missing?.Fill, means[column], all[column]);
            }
            else if (spec.Missing is not null)
            {
                problems.Add($"{role}: '{spec.Path}' column '{name}' has no value in any training row; take it out of features.");
            }
        }

        return rules;

        void Each(Action<double, int> with)
        {
            for (var row = 0; row < (rows?.Length ?? table.Count); row++)
            {
                var values = table.Features.Slice((long)(rows?[row] ?? row) * width, width);
                for (var column = 0; column < width; column++)
                {
                    if (!double.IsNaN(values[column]))
                    {
                        with(values[column], column);
                    }
                }
            }
        }
    }

    /// <summary>The same rows without gaps, a category as a column of 0 or 1 for each of its texts, or as a number.</summary>
    /// <param name="spec">Of the table.</param>
    /// <param name="filled">How many cells were filled, by column.</param>
    public static CsvTable Apply(
        ColumnRules rules, SourceSpec.Csv spec, string role, CsvTable table, IDictionary<string, int> filled, ScratchSpace? scratch,
        ICollection<string> problems)
    {
        var width = table.Names.Count;
        var indexed = table.Names.Select(spec.Index.Contains).ToArray();
        var names = table.Names.SelectMany(
            (name, column) => indexed[column] ? [name] : rules.Categories[column]?.Select(text => $"{name}={text}") ?? [name]).ToArray();
        var numbers = table.Names.Select((_, column) => indexed[column] ? rules.Categories[column]!.Length : 0).ToArray();
        var firsts = numbers.Select((_, column) => numbers.Take(column).Sum()).ToArray();
        var beyond = numbers.Sum();
        using var features = new RowWriter<double>(scratch, (long)names.Length * table.Count);
        var made = new double[names.Length];
        var places = rules.Categories.Select((texts, column) => table.Texts[column]?.Select(text => Array.IndexOf(texts!, text)).ToArray()).ToArray();
        var reported = new HashSet<(int, double)>();
        for (var row = 0; row < table.Count; row++)
        {
            Array.Clear(made);
            var cells = table.Features.Slice((long)row * width, width);
            for (int column = 0, to = 0; column < width; column++)
            {
                var value = cells[column];
                if (rules.Categories[column] is not { } categories)
                {
                    if (double.IsNaN(value))
                    {
                        value = rules.Fills[column];
                        filled[table.Names[column]] = filled.TryGetValue(table.Names[column], out var count) ? count + 1 : 1;
                    }

                    made[to++] = value;
                    continue;
                }

                var place = places[column]![(int)value];
                if (indexed[column])
                {
                    made[to] = place >= 0 ? firsts[column] + place : beyond;
                }
                else if (place >= 0)
                {
                    made[to + place] = 1;
                }

                if (place < 0 && spec.Unseen == UnseenCategory.Refuse && reported.Add((column, value)))
                {
                    problems.Add(
                        $"{role}: '{spec.Path}' {table.PlaceOf(spec, row)}, column '{Shown.Text(table.Names[column])}': no training row has the category "
                        + $"'{Shown.Text(table.Texts[column]![(int)value])}'; they have "
                        + $"{string.Join(", ", categories.Take(10).Select(each => $"'{Shown.Text(each)}'"))}"
                        + $"{(categories.Length > 10 ? ", ..." : "")}. Correct it, or set unseen: zeros.");
                }

                to += indexed[column] ? 1 : categories.Length;
            }

            features.Add(made);
        }

        return table with { Names = names, Features = features.Finish(), Texts = new IReadOnlyList<string>?[names.Length] };
    }

    private static double Fill(MissingFill? fill, double mean, List<double>? values)
    {
        if (fill is MissingFill.Constant constant)
        {
            return constant.Value;
        }

        if (values is null)
        {
            return fill == MissingFill.Mean ? mean : double.NaN;
        }

        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] / 2) + (values[middle] / 2);
    }
}
