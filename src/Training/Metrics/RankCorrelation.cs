namespace Sheaf.Training.Metrics;

/// <summary>Spearman's rank correlation: whether large values stand beside large ones, whatever the distances (Spearman, 1904).</summary>
internal static class RankCorrelation
{
    /// <summary>-1 to 1; equal values share the mean of their ranks. NaN where all values of a side are equal, or one is not a number.</summary>
    public static double Of(double[] one, double[] other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(one.Length, other.Length);
        if (Array.Exists(one, double.IsNaN) || Array.Exists(other, double.IsNaN))
        {
            return double.NaN;
        }

        var (left, right) = (Ranks(one), Ranks(other));
        var mean = (one.Length + 1) / 2.0;
        var (product, lefts, rights) = (0.0, 0.0, 0.0);
        for (var i = 0; i < left.Length; i++)
        {
            var (a, b) = (left[i] - mean, right[i] - mean);
            (product, lefts, rights) = (product + (a * b), lefts + (a * a), rights + (b * b));
        }

        return product / Math.Sqrt(lefts * rights);
    }

    /// <summary>Counted from 1.</summary>
    private static double[] Ranks(double[] values)
    {
        var places = Enumerable.Range(0, values.Length).ToArray();
        var sorted = (double[])values.Clone();
        Array.Sort(sorted, places);
        var ranks = new double[values.Length];
        for (var first = 0; first < sorted.Length;)
        {
            var end = first + 1;
            while (end < sorted.Length && sorted[end] == sorted[first])
            {
                end++;
            }

            foreach (var place in places.AsSpan(first, end - first))
            {
                ranks[place] = (first + 1.0 + end) / 2;
            }

            first = end;
        }

        return ranks;
    }
}
