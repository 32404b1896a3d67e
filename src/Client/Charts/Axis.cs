namespace Sheaf.Client.Charts;

/// <summary>Values along one side of a chart: where they lie, and which of them are written there.</summary>
/// <param name="Low">The value at 0.</param>
/// <param name="High">The value at 1.</param>
/// <param name="Ticks">Between them, ascending.</param>
/// <param name="IsLog">Equal distances are equal ratios.</param>
internal sealed record Axis(double Low, double High, IReadOnlyList<double> Ticks, bool IsLog)
{
    private const int Marks = 6;

    /// <summary>More than this between the smallest and the largest, and the small ones are seen on a logarithmic axis only.</summary>
    private const double Wide = 50;

    /// <summary>From 0 at <see cref="Low"/> to 1 at <see cref="High"/>.</summary>
    public double Place(double value) => IsLog
        ? (Math.Log10(value) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low))
        : (value - Low) / (High - Low);

    public string Text(double tick)
    {
        var step = IsLog ? tick : Ticks.Count > 1 ? Ticks[1] - Ticks[0] : 1;
        var size = Math.Max(Math.Abs(Low), Math.Abs(High));
        return size is >= 1e6 or < 1e-4 || (IsLog && tick is >= 1e5 or < 1e-3)
            ? tick == 0 ? "0" : tick.ToString("0.##e0")
            : tick.ToString("#,0." + new string('#', Math.Clamp(1 - (int)Math.Floor(Math.Log10(step)), 0, 8)));
    }

    /// <summary>From a round number at or below the smallest to one at or above the largest; values that are no numbers do not count.</summary>
    /// <param name="values">What lies along it.</param>
    /// <param name="whole">They are counted: nothing is between two whole numbers.</param>
    public static Axis Linear(IEnumerable<double> values, bool whole = false)
    {
        var (low, high) = Range(values);
        if (low == high)
        {
            (low, high) = low == 0 ? (-1, 1) : (low - (Math.Abs(low) / 2), high + (Math.Abs(high) / 2));
        }

        var step = Round((high - low) / Marks);
        step = whole ? Math.Max(1, Math.Ceiling(step)) : step;
        var (first, last) = (Math.Floor((low / step) + 1e-9), Math.Ceiling((high / step) - 1e-9));
        return new(first * step, last * step, [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)], IsLog: false);
    }

    /// <summary>Powers of ten, and twice and five times them where there are few.</summary>
    public static Axis Log(IEnumerable<double> values)
    {
        var (low, high) = Range(values.Where(value => value > 0));
        (low, high) = (low / 1.1, high * 1.1);
        var (first, last) = ((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high)));
        double[] within = last - first <= 3 ? [1, 2, 5] : [1];
        var ticks = Enumerable.Range(first, last - first + 1).SelectMany(power => within.Select(each => each * Math.Pow(10, power)));
        return new(low, high, [.. ticks.Where(tick => tick >= low && tick <= high)], IsLog: true);
    }

    /// <summary>Logarithmic where all are above 0 and lie far apart.</summary>
    public static Axis Fitting(IReadOnlyCollection<double> values)
    {
        var (low, high) = Range(values);
        return low > 0 && high / low > Wide ? Log(values) : Linear(values);
    }

    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).ToList();
        return finite.Count == 0 ? (0, 1) : (finite.Min(), finite.Max());
    }

    private static double Round(double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return (step / power) switch { <= 1 => 1, <= 2 => 2, <= 2.5 => 2.5, <= 5 => 5, _ => 10 } * power;
    }
}
