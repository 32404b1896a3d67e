namespace Sheaf.Client.Charts;

/// <summary>What losses a follower has seen, told by so many points that memory and drawing stay small however long it follows. Not thread-safe.</summary>
internal sealed class LossHistory
{
    /// <summary>More are merged in pairs.</summary>
    public const int MostPoints = 512;

    private readonly List<(double Step, double Loss)> _training = [];
    private readonly List<(double Step, double Loss)> _validation = [];

    public IReadOnlyList<(double X, double Y)> Training => _training;

    public IReadOnlyList<(double X, double Y)> Validation => _validation;

    public void Trained(long step, double loss) => Add(_training, step, loss);

    public void Validated(long step, double loss) => Add(_validation, step, loss);

    /// <summary>Steps that come again, after a recovery or anew, replace those that were there.</summary>
    private static void Add(List<(double Step, double Loss)> points, long step, double loss)
    {
        if (!double.IsFinite(loss))
        {
            return;
        }

        points.RemoveAll(point => point.Step >= step);
        points.Add((step, loss));
        if (points.Count > MostPoints)
        {
            var merged = points.Chunk(2).Select(pair => (pair[^1].Step, pair.Average(point => point.Loss))).ToList();
            points.Clear();
            points.AddRange(merged);
        }
    }
}
