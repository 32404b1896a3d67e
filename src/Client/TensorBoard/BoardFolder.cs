using Sheaf.V1;

namespace Sheaf.Client.TensorBoard;

/// <summary>
/// The event files of one experiment: <c>ID/train</c>, <c>ID/validation</c> and <c>ID/test</c> below the folder that TensorBoard is given, with the same tags,
/// so that it draws them over each other. Opening them again appends to them. Not thread-safe.
/// </summary>
internal sealed class BoardFolder : IDisposable
{
    private readonly Experiment _experiment;
    private readonly Dictionary<string, EventFile> _files = new(StringComparer.Ordinal);
    private readonly string _root;

    private BoardFolder(string root, Experiment experiment) => (_root, _experiment) = (root, experiment);

    /// <summary>The first step that is not in the files.</summary>
    public long NextStep => Of("train").LastStep + 1;

    /// <summary>Where they are.</summary>
    public string Root => _root;

    /// <param name="folder">What TensorBoard is given.</param>
    /// <param name="experiment">As it is now. Files that are ahead of it are of an earlier beginning, and are begun anew.</param>
    public static BoardFolder Open(string folder, Experiment experiment)
    {
        var root = Path.Combine(folder, experiment.Id);
        var board = new BoardFolder(root, experiment);
        if (board.NextStep > experiment.Step)
        {
            board.Dispose();
            Directory.Delete(root, recursive: true);
            board = new BoardFolder(root, experiment);
        }

        return board;
    }

    /// <param name="now">The time that is written for a run that has not ended; an ended one's steps lie evenly between its start and its end.</param>
    public void Append(StepMetrics step, DateTimeOffset now) => Of("train").Append(
        Seconds(step.Step + 1, now),
        step.Step,
        [("loss", step.Loss), .. Named(step.Metrics), ("learning_rate", step.LearningRate)]);

    /// <summary>Those that are not in the files yet.</summary>
    public void Append(IEnumerable<Evaluation> evaluations, DateTimeOffset now)
    {
        foreach (var told in evaluations.Where(each => each.Rows is Rows.Validation or Rows.Test).OrderBy(each => each.Step))
        {
            var file = Of(told.Rows == Rows.Test ? "test" : "validation");
            if (told.Step > file.LastStep)
            {
                file.Append(Seconds(told.Step, now), told.Step, [("loss", told.Loss), .. Named(told.Metrics)]);
            }
        }
    }

    public void Flush()
    {
        foreach (var file in _files.Values)
        {
            file.Flush();
        }
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private static double Unix(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private EventFile Of(string rows)
    {
        if (!_files.TryGetValue(rows, out var file))
        {
            var submitted = _experiment.Submitted?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
            var name = $"events.out.tfevents.{submitted.ToUnixTimeSeconds():0000000000}.sheaf";
            _files[rows] = file = EventFile.Open(Path.Combine(_root, rows, name), Unix(submitted));
        }

        return file;
    }

    private IEnumerable<(string Tag, double Value)> Named(IReadOnlyList<double> values) => _experiment.MetricNames.Zip(values);

    private double Seconds(long done, DateTimeOffset now)
    {
        if (_experiment is not { Started: { } started, Ended: { } ended } || _experiment.Step == 0)
        {
            return Unix(now);
        }

        var (from, to) = (Unix(started.ToDateTimeOffset()), Unix(ended.ToDateTimeOffset()));
        return from + ((to - from) * done / _experiment.Step);
    }
}
