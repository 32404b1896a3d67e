namespace Sheaf.Training.Data;

/// <summary>The smallest and the largest target of all rows, each with the place of its first row: "row 17 of data.train".</summary>
public sealed record TargetRange(double Smallest, string SmallestPlace, double Largest, string LargestPlace)
{
    private const int Block = 4096;

    /// <summary>Of every row of a bundle, as numbers.</summary>
    public static TargetRange Of(RowSet train, RowSet? validation, RowSet? test)
    {
        var range = new TargetRange(double.PositiveInfinity, "", double.NegativeInfinity, "");
        foreach (var (rows, role) in new[] { (train, "training"), (validation, "validation"), (test, "test") })
        {
            range = rows is null ? range : range.With(rows, role);
        }

        return range;
    }

    /// <summary>What lies outside of a range, for a message; null where nothing does.</summary>
    public string? Outside(double smallest, double largest) => Smallest < smallest ? $"{SmallestPlace} has {Smallest:R}"
        : Largest > largest ? $"{LargestPlace} has {Largest:R}"
        : null;

    private TargetRange With(RowSet rows, string role)
    {
        var (range, picked, targets) = (this, new int[Block], new float[Block * rows.TargetWidth]);
        for (var done = 0; done < rows.Count; done += Block)
        {
            var count = Math.Min(Block, rows.Count - done);
            for (var i = 0; i < count; i++)
            {
                picked[i] = done + i;
            }

            var values = targets.AsSpan(0, count * rows.TargetWidth);
            rows.GatherTargets(picked.AsSpan(0, count), values);
            for (var i = 0; i < values.Length; i++)
            {
                var value = (double)values[i];
                if (value < range.Smallest)
                {
                    range = range with { Smallest = value, SmallestPlace = Place(i) };
                }

                if (value > range.Largest)
                {
                    range = range with { Largest = value, LargestPlace = Place(i) };
                }
            }

            string Place(int i) => $"the {role} row with the number {rows.IdAt(done + (i / rows.TargetWidth))} (from 0, a header not counted)";
        }

        return range;
    }
}
