using Sheaf.Specs;

namespace Sheaf.Training.Metrics;

/// <summary>
/// What a model's predictions of rows are worth, where all of them are in one place: beside the metrics that are sums, a confusion matrix and the area under
/// the ROC curve, which needs every score. Values are scikit-learn's. Used by one thread at a time.
/// </summary>
public sealed class PredictionScores
{
    /// <summary>Scores that are kept for ROC curves; with more there are none.</summary>
    private const long MaxScores = 50_000_000;

    private readonly PredictionKind _kind;
    private readonly int _classes;
    private readonly long[,] _counts;
    private readonly long[] _none;
    private readonly List<int> _actual = [];
    private readonly List<float[]> _scores = [];
    private readonly List<(int Column, double Target, double Predicted)> _numbers = [];

    /// <param name="classes">Of the model; 2 where it says yes or no, and of no meaning where it predicts numbers.</param>
    public PredictionScores(PredictionKind kind, int classes)
    {
        (_kind, _classes) = (kind, kind == PredictionKind.Class ? classes : 2);
        (_counts, _none) = (new long[_classes, _classes], new long[_classes]);
    }

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows of each class, and none where numbers are predicted.</summary>
    public IReadOnlyList<long> Samples => IsOfNumbers ? [] : [.. Enumerable.Range(0, _classes).Select(actual => _none[actual] + Row(actual).Sum())];

    /// <summary>Of each class's rows, those that were predicted as each class.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Confusion => IsOfNumbers ? [] : [.. Enumerable.Range(0, _classes).Select(actual => Row(actual).ToArray())];

    public void Add(Prediction row)
    {
        ArgumentNullException.ThrowIfNull(row);
        Rows++;
        for (var i = 0; i < row.Targets.Count; i++)
        {
            if (IsOfNumbers)
            {
                _numbers.Add((i, row.Targets[i], row.Predicted[i]));
                continue;
            }

            var actual = _kind == PredictionKind.Class ? (int)row.Targets[i] : row.Targets[i] >= 0.5 ? 1 : 0;
            if (double.IsNaN(row.Predicted[i]))
            {
                _none[actual]++;
            }
            else
            {
                _counts[actual, (int)row.Predicted[i]]++;
            }

            Keep(row, i, actual);
        }
    }

    /// <summary>Precision, recall and F1 of a class; 0 where nothing was predicted as it, or no row has it.</summary>
    public (double Precision, double Recall, double F1) Of(int which)
    {
        var hits = (double)_counts[which, which];
        var predicted = Enumerable.Range(0, _classes).Sum(actual => _counts[actual, which]);
        var samples = Samples[which];
        var (precision, recall) = (predicted == 0 ? 0 : hits / predicted, samples == 0 ? 0 : hits / samples);
        return (precision, recall, predicted + samples == 0 ? 0 : 2 * hits / (predicted + samples));
    }

    /// <summary>
    /// The area under the ROC curve of a class against all others, ties counted half; null where rows of it or of others are missing, a score is not a number,
    /// or the loss gives no probabilities.
    /// </summary>
    public double? Auc(int which)
    {
        if (_scores.Count != _actual.Count || _actual.Count == 0)
        {
            return null;
        }

        var places = Enumerable.Range(0, _actual.Count).ToArray();
        var scores = Array.ConvertAll(places, place => _scores[place][which]);
        if (Array.Exists(scores, float.IsNaN))
        {
            return null;
        }

        Array.Sort(scores, places);
        var (positives, ranks) = (0L, 0.0);
        for (var first = 0; first < scores.Length;)
        {
            var end = first + 1;
            while (end < scores.Length && scores[end] == scores[first])
            {
                end++;
            }

            // Equal scores share the mean of their ranks, which are counted from 1.
            var mine = places[first..end].Count(place => _actual[place] == which);
            positives += mine;
            ranks += mine * ((first + 1.0 + end) / 2);
            first = end;
        }

        var negatives = scores.Length - positives;
        return positives == 0 || negatives == 0 ? null : (ranks - (positives * (positives + 1.0) / 2)) / positives / negatives;
    }

    /// <summary>
    /// The ROC curve of a class against all others, from (0, 0) to (1, 1): the share of other rows, and of its own, that are taken for it where rows of a score
    /// or more are. Of long curves at most so many points, evenly spaced. Empty where there is no <see cref="Auc"/>.
    /// </summary>
    /// <param name="most">2 or more.</param>
    public IReadOnlyList<(double FalsePositives, double TruePositives)> Roc(int which, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (Auc(which) is null)
        {
            return [];
        }

        var places = Enumerable.Range(0, _actual.Count).OrderByDescending(place => _scores[place][which]).ToArray();
        var (own, others) = (0L, 0L);
        var points = new List<(double FalsePositives, double TruePositives)> { (0, 0) };
        for (var i = 0; i < places.Length; i++)
        {
            (own, others) = _actual[places[i]] == which ? (own + 1, others) : (own, others + 1);
            if (i + 1 == places.Length || _scores[places[i]][which] > _scores[places[i + 1]][which])
            {
                points.Add((others, own));
            }
        }

        var step = Math.Max(1, (points.Count - 1.0) / (most - 1));
        return [.. Enumerable.Range(0, (int)((points.Count - 1) / step) + 1).Select(i => points[(int)Math.Round(i * step)])
            .Append(points[^1]).Distinct().Select(point => (point.FalsePositives / others, point.TruePositives / own))];
    }

    /// <summary>By name, as a spec spells them.</summary>
    public IReadOnlyDictionary<string, double> Metrics()
    {
        if (IsOfNumbers)
        {
            return Errors();
        }

        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        var all = Samples.Sum();
        metrics["accuracy"] = all == 0 ? double.NaN : Enumerable.Range(0, _classes).Sum(place => _counts[place, place]) / (double)all;
        double?[] areas = _classes == 2 ? [Auc(1)] : [.. Enumerable.Range(0, _classes).Select(Auc)];
        if (Array.TrueForAll(areas, area => area is not null))
        {
            metrics["roc_auc"] = areas.Average()!.Value;
        }

        return metrics;
    }

    private bool IsOfNumbers => _kind == PredictionKind.Number;

    private IEnumerable<long> Row(int actual) => Enumerable.Range(0, _classes).Select(predicted => _counts[actual, predicted]);

    private void Keep(Prediction row, int target, int actual)
    {
        _actual.Add(actual);
        if (row.Probabilities.Count > 0 && (long)_actual.Count * _classes <= MaxScores)
        {
            _scores.Add(_kind == PredictionKind.Class
                ? [.. row.Probabilities.Select(each => (float)each)]
                : [-(float)row.Probabilities[target], (float)row.Probabilities[target]]);
        }
    }

    private Dictionary<string, double> Errors()
    {
        var squares = _numbers.Sum(Square);
        var columns = _numbers.GroupBy(pair => pair.Column).ToList();
        var fits = columns.Select(column =>
        {
            var mean = column.Average(pair => pair.Target);
            var spread = column.Sum(pair => (pair.Target - mean) * (pair.Target - mean));
            return spread > 0 ? 1 - (column.Sum(Square) / spread) : double.NaN;
        });
        return new(StringComparer.Ordinal)
        {
            ["mean_squared_error"] = squares / _numbers.Count,
            ["root_mean_squared_error"] = Math.Sqrt(squares / _numbers.Count),
            ["mean_absolute_error"] = _numbers.Sum(pair => Math.Abs(pair.Target - pair.Predicted)) / _numbers.Count,
            ["r_squared"] = fits.DefaultIfEmpty(double.NaN).Average(),
            ["spearman"] = columns.Select(column => RankCorrelation.Of([.. column.Select(pair => pair.Target)], [.. column.Select(pair => pair.Predicted)]))
                .DefaultIfEmpty(double.NaN).Average(),
        };

        static double Square((int Column, double Target, double Predicted) pair) => (pair.Target - pair.Predicted) * (pair.Target - pair.Predicted);
    }
}
