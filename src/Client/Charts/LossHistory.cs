namespace Sheaf.Client.Charts;

/// <summary>
/// The losses seen so far, thinned to a fixed number of points, so that memory and drawing stay small however long an experiment is followed. Not
/// thread-safe.
/// </summary>
internal sealed class LossHistory
{
    /// <summary>More are merged in pairs, and so are all that come after.</summary>
    public const int MostPoints = 512;

    private readonly Curve _training = new();
    private readonly Curve _validation = new();

    public IReadOnlyList<(double X, double Y)> Training => _training.Points;

    public IReadOnlyList<(double X, double Y)> Validation => _validation.Points;

    public void Trained(long step, double loss) => _training.Add(step, loss);

    public void Validated(long step, double loss) => _validation.Add(step, loss);

    /// <summary>Each point is the mean of equally many values; the last, of those that there are.</summary>
    private sealed class Curve
    {
        private readonly List<(double Step, double Loss)> _points = [];
        private int _each = 1;
        private int _inLast;

        public IReadOnlyList<(double X, double Y)> Points => _points;

        /// <summary>Steps that come again, after a recovery or anew, replace those that were there.</summary>
        public void Add(long step, double loss)
        {
            if (!double.IsFinite(loss))
            {
                return;
            }

            if (_points.RemoveAll(point => point.Step >= step) > 0)
            {
                _inLast = _each;
            }

            if (_points.Count > 0 && _inLast < _each)
            {
                _points[^1] = (step, ((_points[^1].Loss * _inLast) + loss) / ++_inLast);
                return;
            }

            _points.Add((step, loss));
            _inLast = 1;
            if (_points.Count > MostPoints)
            {
                Halve();
            }
        }

        private void Halve()
        {
            var merged = _points.Chunk(2).Select(pair => (pair[^1].Step, pair.Average(point => point.Loss))).ToList();
            _inLast = _points.Count % 2 == 0 ? 2 * _each : _each;
            _each *= 2;
            _points.Clear();
            _points.AddRange(merged);
        }
    }
}
