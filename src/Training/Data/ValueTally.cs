using Sheaf.Specs.Summaries;

namespace Sheaf.Training.Data;

/// <summary>
/// The values of one column, for exact statistics: those of bytes are counted, so that the pixels of a whole dataset take no memory; others are kept. Not
/// thread-safe.
/// </summary>
internal sealed class ValueTally
{
    private readonly long[] _bytes = new long[byte.MaxValue + 1];
    private readonly List<float> _others = [];

    public void Add(float value)
    {
        if (value is >= 0 and <= byte.MaxValue && value == (int)value)
        {
            _bytes[(int)value]++;
        }
        else
        {
            _others.Add(value);
        }
    }

    /// <summary>Of at least one value.</summary>
    public ColumnStatistics Of(string name)
    {
        _others.Sort();
        var count = Sorted().Sum(run => run.Times);
        var mean = Sorted().Sum(run => run.Value * (run.Times / (double)count));
        var squares = Sorted().Sum(run => (run.Value - mean) * (run.Value - mean) * run.Times);
        var at = Quantiles(count, [0, 0.25, 0.5, 0.75, 1]);
        return new(name, count, mean, count > 1 ? Math.Sqrt(squares / (count - 1)) : null, at[0], at[1], at[2], at[3], at[4]);
    }

    /// <summary>Between two values the place between them decides, as numpy.percentile has it.</summary>
    private double[] Quantiles(long count, double[] shares)
    {
        var places = Array.ConvertAll(shares, share => share * (count - 1));
        var (low, high) = (new double[shares.Length], new double[shares.Length]);
        var before = 0L;
        foreach (var (value, times) in Sorted())
        {
            for (var i = 0; i < places.Length; i++)
            {
                low[i] = Has(Math.Floor(places[i])) ? value : low[i];
                high[i] = Has(Math.Ceiling(places[i])) ? value : high[i];
            }

            before += times;

            bool Has(double place) => place >= before && place < before + times;
        }

        return [.. places.Select((place, i) => low[i] + ((place - Math.Floor(place)) * (high[i] - low[i])))];
    }

    private IEnumerable<(double Value, long Times)> Sorted()
    {
        var next = 0;
        for (var value = 0; value < _bytes.Length; value++)
        {
            for (; next < _others.Count && _others[next] < value; next++)
            {
                yield return (_others[next], 1);
            }

            if (_bytes[value] > 0)
            {
                yield return (value, _bytes[value]);
            }
        }

        for (; next < _others.Count; next++)
        {
            yield return (_others[next], 1);
        }
    }
}
